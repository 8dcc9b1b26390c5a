// The recipes of expand and contract on real engines: what an old version and a new one write in every phase, and back.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { backfill, contract, expand, plan } from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { NAME, phased, proves, shape } from './phased.mjs'
import { project } from './projects.mjs'

const INIT = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "score" INTEGER NOT NULL CHECK ("score" >= 0), "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE INDEX "users_score_idx" ON "users"("score");
`

test('a type gets wider while old and new versions write', async (t) => {
  const it = await phased(t, {
    name: 'retype',
    init: INIT,
    up: '-- AlterTable\nALTER TABLE "users" ALTER COLUMN "score" SET DATA TYPE BIGINT;\n',
    rows: ["INSERT INTO users (score, email) SELECT g, 'e' || g FROM generate_series(1, 1500) g"],
  })
  const before = await shape(it, 'users')
  const { all, write } = it
  it.done('expand')
  await it.deploy(NAME)
  await write("INSERT INTO users (score, email) VALUES (7, 'old')", "INSERT INTO users (score_new, email) VALUES (8, 'new')")
  await write('UPDATE users SET score_new = 100 WHERE id = 1', 'UPDATE users SET score = 200 WHERE id = 2', "UPDATE users SET email = 'x' WHERE id = 3")
  await write("INSERT INTO users (id, score_new, email) VALUES (4, 400, 'u') ON CONFLICT (id) DO UPDATE SET score_new = EXCLUDED.score_new")
  const seen = "SELECT score, score_new FROM users WHERE id <= 5 OR email IN ('old', 'new') ORDER BY id"
  assert.deepEqual(await all(seen), [['100', '100'], ['200', '200'], ['3', '3'], ['400', '400'], ['5', null], ['7', '7'], ['8', '8']])
  // What old versions could not read is refused, and so is what can't be one value.
  await assert.rejects(write("INSERT INTO users (score_new, email) VALUES (5000000000, 'big')"), /out of range/)
  await assert.rejects(write("INSERT INTO users (score, score_new, email) VALUES (1, 2, 'two')"), /given different values/)
  await assert.rejects(write("INSERT INTO users (email) VALUES ('none')"), /null value in column "score"/)

  const early = it.run('contract')
  assert.match(early.out, /closed +backfilled: 1496 rows of users whose score_new/)
  assert.match(early.out, /closed +indexed: 1 index missing or broken/)
  assert.match(it.done('backfill'), /1496 rows filled/)
  await it.end()
  assert.deepEqual((await all("SELECT score FROM users WHERE id <= 5 ORDER BY id")).flat(), ['100', '200', '3', '400', '5'])
  const wider = before.map(([kind, name, what]) => [kind, name, kind === 'column' && name === 'score' ? what.replace('integer', 'bigint') : what])
  assert.deepEqual(await shape(it, 'users'), wider)
  await write("INSERT INTO users (score, email) VALUES (5000000000, 'big')")

  // A value that the old type can't hold stops the way back; nothing is changed then.
  const refused = it.run('rollback', '--confirm', new URL(it.url).pathname.slice(1), '--no-archive')
  assert.notEqual(refused.code, 0)
  assert.match(refused.out + refused.err, /out of range/)
  await write("UPDATE users SET score = 9 WHERE email = 'big'")
  it.back()
  await write("UPDATE users SET score_new = 11 WHERE id = 1", "UPDATE users SET score = 12 WHERE id = 2")
  assert.deepEqual(await all('SELECT score, score_new FROM users WHERE id <= 3 ORDER BY id'), [['11', '11'], ['12', '12'], ['3', '3']])
  it.back()
  assert.deepEqual(await shape(it, 'users'), before)
  assert.deepEqual((await all("SELECT score FROM users WHERE id <= 3 OR email = 'big' ORDER BY id")).flat(), ['11', '12', '3', '9'])
})

test('text becomes a number by the expressions that a person gave', async (t) => {
  const it = await phased(t, {
    name: 'convert',
    init: 'CREATE TABLE "users" ("id" SERIAL NOT NULL, "age" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
    up: '-- AlterTable\nALTER TABLE "users" DROP COLUMN "age",\nADD COLUMN     "age" INTEGER;\n',
    rows: ["INSERT INTO users (age) VALUES ('41'), ('unknown'), (NULL)"],
  })
  const asked = it.run('expand')
  assert.equal(asked.code, 1)
  assert.match(asked.err, /--convert users\.age=<SQL expression>/)
  assert.match(asked.err, /--convert-back users\.age=<SQL expression>/)
  it.done('expand', '--convert', "users.age=CASE WHEN age ~ '^[0-9]+$' THEN age::int WHEN age = 'unknown' THEN -1 END", '--convert-back', 'users.age=age::text')
  await it.deploy(NAME)
  await it.write("INSERT INTO users (age) VALUES ('17')", 'INSERT INTO users (age_new) VALUES (18)')
  // No fallback was asked for: a value that has none is an error, never NULL.
  await assert.rejects(it.write("INSERT INTO users (age) VALUES ('many')"), /a value of age can not be converted to INTEGER for age_new/)
  it.done('backfill')
  assert.deepEqual(await it.all('SELECT age, age_new FROM users ORDER BY id'), [['41', '41'], ['unknown', '-1'], [null, null], ['17', '17'], ['18', '18']])
  // A value of its own under each name: neither writes over the other where they stand for one another.
  await it.write('UPDATE users SET age_new = 42 WHERE id = 1', "UPDATE users SET age = '43' WHERE id = 4", 'UPDATE users SET id = id WHERE id = 2')
  assert.deepEqual(await it.all('SELECT age, age_new FROM users WHERE id IN (1, 2, 4) ORDER BY id'), [['42', '42'], ['unknown', '-1'], ['43', '43']])
  await it.end()
  assert.deepEqual((await it.all('SELECT age + 1 FROM users ORDER BY id')).flat(), ['43', '0', null, '44', '19'])
  it.back()
  // What the expression makes of it: the word is gone with the contract, and the rollback says so.
  assert.deepEqual((await it.all('SELECT age FROM users ORDER BY id')).flat(), ['42', '-1', null, '43', '18'])
  it.back()
  assert.deepEqual((await it.all('SELECT age FROM users ORDER BY id')).flat(), ['42', '-1', null, '43', '18'])
})

test('keys, references and checks come in two steps', async (t) => {
  const it = await phased(t, {
    name: 'constrain',
    init: `CREATE TABLE "teams" ("id" INTEGER NOT NULL, CONSTRAINT "teams_pkey" PRIMARY KEY ("id"));
CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT, "team" INTEGER, "age" INTEGER, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
`,
    up: `-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
-- CreateIndex
CREATE INDEX "users_age_idx" ON "users"("age");
-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_team_fkey" FOREIGN KEY ("team") REFERENCES "teams"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "users" ADD CONSTRAINT "users_age_check" CHECK ("age" > 0);
ALTER TABLE "users" ADD CONSTRAINT "users_both_key" UNIQUE ("team", "age");
`,
    rows: ["INSERT INTO teams VALUES (1)", "INSERT INTO users (email, team, age) VALUES ('a', 1, 5), ('a', 9, 0), (NULL, NULL, 7)"],
  })
  const before = await shape(it, 'users')
  it.done('expand')
  await it.deploy(NAME)
  // From now on nobody writes what the constraints refuse; what is there stays.
  await assert.rejects(it.write("INSERT INTO users (team) VALUES (8)"), /users_team_fkey/)
  await assert.rejects(it.write("INSERT INTO users (age) VALUES (-1)"), /users_age_check/)
  const closed = it.run('contract').out
  assert.match(closed, /closed +duplicates: 1 keys that more than one row of users has/)
  assert.match(closed, /closed +orphans: 1 rows of users that refer to no row of teams/)
  assert.match(closed, /closed +violations: 1 rows of users/)
  // Here the database itself says no.
  const stopped = it.run('backfill')
  assert.equal(stopped.code, 2)
  assert.match(stopped.err, /users_email_key/)
  await it.write("UPDATE users SET email = 'b', team = 1, age = 6 WHERE id = 2")
  const made = it.done('backfill')
  for (const index of ['users_email_key', 'users_age_idx', 'unmigrate_users_both_key']) assert.match(made, new RegExp(`index ${index} made`))
  await assert.rejects(it.write("INSERT INTO users (email) VALUES ('a')"), /users_email_key/)
  await it.end()
  const added = (await shape(it, 'users')).filter((one) => !before.some((was) => String(was) === String(one)))
  assert.deepEqual(added.map(([kind, name, what]) => [kind, name, what.replace(/^.*USING btree /, '')]), [
    ['constraint', 'users_age_check', 'CHECK ((age > 0))'],
    ['constraint', 'users_both_key', 'UNIQUE (team, age)'],
    ['constraint', 'users_team_fkey', 'FOREIGN KEY (team) REFERENCES teams(id) ON UPDATE CASCADE ON DELETE SET NULL'],
    ['index', 'users_age_idx', '(age)'],
    ['index', 'users_both_key', '(team, age)'],
    ['index', 'users_email_key', '(email)'],
  ])
  it.back()
  it.back()
  assert.deepEqual(await shape(it, 'users'), before)
})

test('a column and a table go when nobody needs them', async (t) => {
  const it = await phased(t, {
    name: 'drop',
    init: `CREATE TABLE "teams" ("id" INTEGER NOT NULL, CONSTRAINT "teams_pkey" PRIMARY KEY ("id"));
CREATE TABLE "users" ("id" SERIAL NOT NULL, "bio" TEXT NOT NULL, "n" INTEGER, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "logs" ("id" SERIAL NOT NULL, "team" INTEGER NOT NULL, CONSTRAINT "logs_pkey" PRIMARY KEY ("id"));
ALTER TABLE "logs" ADD CONSTRAINT "logs_team_fkey" FOREIGN KEY ("team") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
`,
    up: `-- DropForeignKey
ALTER TABLE "logs" DROP CONSTRAINT "logs_team_fkey";
-- AlterTable
ALTER TABLE "users" DROP COLUMN "bio";
-- DropTable
DROP TABLE "logs";
`,
    rows: ["INSERT INTO teams VALUES (1), (2)", "INSERT INTO logs (team) VALUES (1)", "INSERT INTO users (bio) VALUES ('b')"],
  })
  const before = await shape(it, 'users')
  assert.match(it.run('expand').err, /--fill users\.bio=<SQL>/)
  it.done('expand', '--fill', "users.bio='(none)'")
  // Both at once would be the drop that it was.
  assert.match(it.run('contract', '--skip-gate', 'compat', '--reason', 'none').err, /is not applied in this database/)
  await it.deploy(NAME)
  // A new version knows of neither, an old one of both.
  await it.write('INSERT INTO users (n) VALUES (2)', 'DELETE FROM teams WHERE id = 1')
  await it.write("INSERT INTO users (bio) VALUES ('c')", 'INSERT INTO logs (team) VALUES (2)')
  assert.deepEqual((await it.all('SELECT bio FROM users ORDER BY id')).flat(), ['b', '(none)', 'c'])
  const held = it.run('contract')
  assert.equal(held.code, 1)
  assert.match(held.err, /--app <the commit, branch or tag that is deployed>/)
  await it.end('--skip-gate', 'compat', '--reason', 'no repository here')
  assert.deepEqual(await it.all("SELECT to_regclass('logs')"), [[null]])
  it.back()
  // Their values are gone: the column holds what stands for them.
  assert.deepEqual((await it.all('SELECT bio FROM users ORDER BY id')).flat(), ['(none)', '(none)', '(none)'])
  await it.write('INSERT INTO logs (team) VALUES (2)')
  it.back()
  assert.deepEqual(await shape(it, 'users'), before)
})

test('MariaDB: a unique key after its duplicates are counted, and a column that goes', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'my_recipes',
    init: 'CREATE TABLE `users` (`id` INTEGER NOT NULL AUTO_INCREMENT, `email` VARCHAR(191) NOT NULL, `bio` TEXT NOT NULL, `n` INTEGER NULL, PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n',
    up: '-- AlterTable\nALTER TABLE `users` DROP COLUMN `bio`;\n-- CreateIndex\nCREATE UNIQUE INDEX `users_email_key` ON `users`(`email`);\n',
    rows: ["INSERT INTO users (email, bio) VALUES ('a', 'x'), ('A', 'y')"],
  })
  it.done('expand', '--fill', "users.bio=''")
  await it.deploy(NAME)
  await it.write("INSERT INTO users (email, n) VALUES ('new', 1)", "INSERT INTO users (email, bio) VALUES ('old', 'z')")
  assert.match(it.run('contract').out, /closed +duplicates: 1 keys/)
  await it.write("UPDATE users SET email = 'b' WHERE id = 2")
  it.done('backfill')
  await it.end('--skip-gate', 'compat', '--reason', 'no repository here')
  await assert.rejects(it.write("INSERT INTO users (email) VALUES ('a')"), /Duplicate entry/)
  it.back()
  await it.write("INSERT INTO users (email, bio) VALUES ('a', 'again')")
  it.back()
  assert.deepEqual(await it.all('SELECT email, bio FROM users ORDER BY id'), [['a', ''], ['b', ''], ['new', ''], ['old', ''], ['a', 'again']])
})

test('MySQL: a column becomes required while old versions write none', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'required_my',
    init: 'CREATE TABLE `users` (`id` INTEGER NOT NULL AUTO_INCREMENT, `bio` VARCHAR(191) NULL, `email` VARCHAR(191) NOT NULL, `at` DATETIME(0) NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (`id`));\n',
    up: 'ALTER TABLE `users` MODIFY `bio` VARCHAR(191) NOT NULL;\n',
    rows: ["INSERT INTO users (bio, email, at) VALUES (NULL, 'a', '2020-01-01'), ('b', 'b', '2020-01-01'), (NULL, 'c', '2020-01-01')"],
  })
  const required = async () => (await it.all("SELECT is_nullable FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'bio'")).flat()
  it.done('expand', '--fill', "users.bio=concat('of ', email)")
  await it.deploy(NAME)
  await it.write("INSERT INTO users (email) VALUES ('old')", "UPDATE users SET bio = NULL WHERE email = 'b'")
  assert.match(it.run('contract').out, /closed +backfilled: 2 rows of users whose bio is NULL/)
  assert.match(it.done('backfill'), /2 rows filled/)
  assert.deepEqual(await it.all("SELECT email, bio, year(at) FROM users WHERE email IN ('a', 'c') ORDER BY id"), [['a', 'of a', '2020'], ['c', 'of c', '2020']])
  await it.end('--skip-gate', 'compat', '--reason', 'no repository here')
  assert.deepEqual(await required(), ['NO'])
  assert.deepEqual(await it.all("SELECT email, bio FROM users WHERE email IN ('old', 'b') ORDER BY id"), [['b', 'of b'], ['old', 'of old']])
  await assert.rejects(it.write("INSERT INTO users (email, bio) VALUES ('x', NULL)"), /cannot be null/)
  it.back()
  assert.deepEqual(await required(), ['YES'])
  await it.write("INSERT INTO users (email) VALUES ('between')")
  it.back()
  await it.write("INSERT INTO users (email) VALUES ('after')")
  assert.deepEqual(await it.all("SELECT email, bio FROM users WHERE email IN ('between', 'after') ORDER BY id"), [['between', 'of between'], ['after', null]])
})

test('a table without a key is filled by its pages', async (t) => {
  const it = await phased(t, {
    name: 'no_key',
    init: 'CREATE TABLE "events" ("kind" TEXT NOT NULL, "n" INTEGER NOT NULL) PARTITION BY RANGE ("n");\nCREATE TABLE "events_a" PARTITION OF "events" FOR VALUES FROM (0) TO (3000);\nCREATE TABLE "events_b" PARTITION OF "events" FOR VALUES FROM (3000) TO (9999);\nCREATE TABLE "logs" ("line" TEXT NOT NULL);\n',
    up: 'ALTER TABLE "events" RENAME COLUMN "kind" TO "type";\nALTER TABLE "logs" RENAME COLUMN "line" TO "text";\n',
    rows: [
      "INSERT INTO events SELECT 'kind ' || g, g FROM generate_series(1, 8000) g",
      "INSERT INTO logs SELECT 'line ' || g FROM generate_series(1, 20000) g",
      'ANALYZE logs',
    ],
  })
  it.done('expand')
  await it.deploy(NAME)
  // Half of them move behind the end.
  await it.write("UPDATE logs SET line = line || '!' WHERE line LIKE '%1'")
  const filled = it.done('backfill', '--batch', '1000', '--workers', '2', '--rest', '0')
  assert.match(filled, /26000 rows filled in \d+ batches; nothing is left to do/)
  assert.ok(Number(/in (\d+) batches/.exec(filled)[1]) > 20, filled)
  assert.deepEqual(await it.all('SELECT count(*) FROM events WHERE kind IS DISTINCT FROM type UNION ALL SELECT count(*) FROM logs WHERE line IS DISTINCT FROM text'), [['0'], ['0']])
  await it.end()
  assert.deepEqual(await it.all("SELECT count(DISTINCT text) FROM logs"), [['20000']])
})

test('a table is renamed, and its old name goes on working', async (t) => {
  const it = await phased(t, {
    name: 'rename_table',
    init: 'CREATE TABLE "posts" ("id" SERIAL NOT NULL, "title" TEXT NOT NULL DEFAULT \'none\', "slug" TEXT, "n" INTEGER DEFAULT 1, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));\nCREATE UNIQUE INDEX "posts_slug_key" ON "posts"("slug");\n',
    up: 'ALTER TABLE "posts" RENAME TO "articles";\nALTER TABLE "articles" ALTER COLUMN "title" SET DEFAULT \'new\';\n',
    rows: ["INSERT INTO posts (title, slug) VALUES ('a', 'a')"],
  })
  const before = await shape(it, 'posts')
  it.done('expand')
  await it.deploy(NAME)
  const upsert = (table) => `INSERT INTO ${table} (slug, title) VALUES ('a', '${table}') ON CONFLICT (slug) DO UPDATE SET title = EXCLUDED.title`
  await it.write(upsert('posts'), "INSERT INTO posts (slug) VALUES ('b')", "UPDATE posts SET title = 'c' WHERE slug = 'b'")
  assert.deepEqual(await it.all('SELECT slug, title, n FROM articles ORDER BY id'), [['a', 'posts', '1'], ['b', 'c', '1']])
  await it.write(upsert('articles'), "DELETE FROM posts WHERE slug = 'b'")
  assert.deepEqual(await it.all('SELECT slug, title, n FROM posts ORDER BY id'), [['a', 'articles', '1']])
  it.done('backfill')
  await it.end()
  await assert.rejects(it.all('SELECT 1 FROM posts'), /posts/)
  it.back()
  await it.write(upsert('posts'))
  it.back()
  assert.deepEqual(await shape(it, 'posts'), before)
  assert.deepEqual(await it.all('SELECT slug, title FROM posts'), [['a', 'posts']])
})

test('MariaDB: keys of bytes and of words are gone through whole', async (t) => {
  const rest = '`score` INTEGER NOT NULL'
  const it = await phased(t, {
    engine: 'mysql',
    name: 'my_keys',
    init: `CREATE TABLE \`users\` (\`id\` BINARY(16) NOT NULL, ${rest}, PRIMARY KEY (\`id\`));
CREATE TABLE \`days\` (\`day\` ENUM('sun', 'mon', 'fri') NOT NULL, \`n\` INTEGER NOT NULL, ${rest}, PRIMARY KEY (\`day\`, \`n\`));
`,
    up: 'ALTER TABLE `users` MODIFY `score` BIGINT NOT NULL;\nALTER TABLE `days` MODIFY `score` BIGINT NOT NULL;\n',
    rows: [
      'INSERT INTO users SELECT UNHEX(MD5(seq)), seq FROM seq_1_to_1500',
      "INSERT INTO days SELECT ELT(seq % 3 + 1, 'sun', 'mon', 'fri'), seq, seq FROM seq_1_to_1500",
    ],
  })
  it.done('expand')
  await it.deploy(NAME)
  assert.match(it.done('backfill', '--batch', '100', '--rest', '0'), /3000 rows filled in 30 batches; nothing is left to do/)
  await it.end()
  it.back()
  it.back()
  assert.deepEqual(await it.all('SELECT sum(score) FROM users UNION ALL SELECT sum(score) FROM days'), [['1125750'], ['1125750']])
})

test('each phase of each recipe is proven with rows', async (t) => {
  // The order of columns is not brought back on PostgreSQL.
  const cases = {
    type: [INIT, 'ALTER TABLE "users" ALTER COLUMN "score" SET DATA TYPE BIGINT;\n', [], ['exact lossless', 'approximate lossless']],
    convert: [
      'CREATE TABLE "users" ("id" SERIAL NOT NULL, "age" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
      'ALTER TABLE "users" DROP COLUMN "age",\nADD COLUMN "age" INTEGER;\n',
      ['--convert', 'users.age=length(age)', '--convert-back', 'users.age=age::text'],
      ['exact lossless', 'approximate lossy'],
    ],
    keys: [
      INIT,
      'CREATE UNIQUE INDEX "users_email_key" ON "users"("email");\nALTER TABLE "users" ADD CONSTRAINT "c" CHECK ("score" < 1000000);\n',
      [],
      ['exact lossless', 'exact lossless'],
    ],
    drop: [INIT, 'ALTER TABLE "users" DROP COLUMN "email";\n', ['--fill', "users.email=''"], ['exact lossless', 'exact lossy']],
    enum: [
      'CREATE TYPE "Role" AS ENUM (\'A\', \'B\');\nCREATE TABLE "users" ("id" SERIAL NOT NULL, "role" "Role" NOT NULL DEFAULT \'A\', CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
      'ALTER TYPE "Role" RENAME VALUE \'A\' TO \'C\';\n',
      [],
      ['exact lossless', 'approximate lossless'],
    ],
    'enum without': [
      'CREATE TYPE "Role" AS ENUM (\'A\', \'B\');\nCREATE TABLE "users" ("id" SERIAL NOT NULL, "role" "Role" NOT NULL DEFAULT \'A\', CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
      'CREATE TYPE "Role_new" AS ENUM (\'A\');\nALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT;\nALTER TABLE "users" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");\nALTER TYPE "Role" RENAME TO "Role_old";\nALTER TYPE "Role_new" RENAME TO "Role";\nDROP TYPE "Role_old";\nALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT \'A\';\n',
      ['--value', 'Role.B=A'],
      ['exact lossless', 'approximate lossy'],
    ],
    keys_wider: [
      'CREATE TABLE "users" ("id" SERIAL NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\nCREATE TABLE "posts" ("id" SERIAL NOT NULL, "author_id" INTEGER NOT NULL, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));\nALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;\n',
      'ALTER TABLE "posts" ALTER COLUMN "author_id" SET DATA TYPE BIGINT;\nALTER TABLE "users" ALTER COLUMN "id" SET DATA TYPE BIGINT;\n',
      [],
      ['exact lossless', 'approximate lossless'],
    ],
    split: [
      'CREATE TABLE "users" ("id" SERIAL NOT NULL, "name" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
      'ALTER TABLE "users" DROP COLUMN "name",\nADD COLUMN "first" TEXT,\nADD COLUMN "last" TEXT;\n',
      ['--convert', "users.first=split_part(name, ' ', 1)", '--convert', "users.last=nullif(split_part(name, ' ', 2), '')", '--convert-back', "users.name=concat_ws(' ', first, last)"],
      ['exact lossless', 'approximate lossy'],
    ],
    'primary key': [
      'CREATE TABLE "users" ("id" INTEGER, "name" TEXT);\n',
      'ALTER TABLE "users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");\n',
      [],
      ['exact lossless', 'exact lossless'],
    ],
    required: [
      'CREATE TABLE "users" ("id" SERIAL NOT NULL, "bio" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
      'ALTER TABLE "users" ALTER COLUMN "bio" SET NOT NULL;\n',
      ['--fill', "users.bio=''"],
      ['exact lossless', 'exact lossless'],
    ],
  }
  await proves(t, 'postgres', cases)
})

test('MariaDB: a foreign key holds for what is written, and the gate counts what was there', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'my_reference',
    init: 'CREATE TABLE `teams` (`id` INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`));\nCREATE TABLE `users` (`id` INTEGER NOT NULL AUTO_INCREMENT, `team_id` INTEGER NULL, `n` INTEGER NULL, PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n',
    up: '-- AddForeignKey\nALTER TABLE `users` ADD CONSTRAINT `users_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;\n',
    rows: ['INSERT INTO teams VALUES (1), (2)', 'INSERT INTO users (team_id) VALUES (1), (9), (2), (NULL)'],
  })
  it.done('expand')
  await it.deploy(NAME)
  await assert.rejects(it.write('INSERT INTO users (team_id) VALUES (8)'), /foreign key constraint fails/)
  await it.write('UPDATE users SET n = 1 WHERE team_id = 9')
  assert.match(it.run('contract').out, /closed +orphans: 1 rows of users that refer to no row of teams/)
  await it.write('UPDATE users SET team_id = 2 WHERE team_id = 9', 'DELETE FROM teams WHERE id = 1')
  await it.end()
  assert.deepEqual(await it.all('SELECT team_id FROM users ORDER BY id'), [[null], ['2'], ['2'], [null]])
  it.back()
  await assert.rejects(it.write('INSERT INTO users (team_id) VALUES (8)'), /foreign key constraint fails/)
  it.back()
  await it.write('INSERT INTO users (team_id) VALUES (8)')
  const [[, shown]] = await it.all('SHOW CREATE TABLE users')
  assert.doesNotMatch(shown, /users_team_id_fkey/)
})

test('MariaDB: each phase is proven with rows', async (t) => {
  const table = (columns) => `CREATE TABLE \`users\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, ${columns}, PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n`
  await proves(t, 'mysql', {
    type: [table('`score` INTEGER NOT NULL DEFAULT 3, INDEX `users_score_idx`(`score`)'), 'ALTER TABLE `users` MODIFY `score` BIGINT NOT NULL DEFAULT 3;\n', [], ['exact lossless', 'exact lossless']],
    enum: [
      table("`role` ENUM('A', 'B') NOT NULL DEFAULT 'A'"),
      "ALTER TABLE `users` MODIFY `role` ENUM('A') NOT NULL DEFAULT 'A';\n",
      ['--convert', "users.role=if(role = 'B', 'A', role)", '--convert-back', 'users.role=role'],
      ['exact lossless', 'exact lossy'],
    ],
    reference: [
      `CREATE TABLE \`teams\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (\`id\`));\n${table('`team_id` INTEGER NULL')}`,
      'ALTER TABLE `users` ADD CONSTRAINT `users_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;\n',
      [],
      ['exact lossless', 'exact lossless'],
    ],
  })
})

test('the contract asks for the clients of what is deployed', async (t) => {
  const model = (field) => `datasource db {\n  provider = "postgresql"\n  url = env("X")\n}\nmodel users {\n  id Int @id\n${field}}\n`
  const cwd = project(t, {
    'package.json': '{}',
    'prisma/schema.prisma': model('  bio String?\n'),
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101000000_init/migration.sql': 'CREATE TABLE "users" ("id" INTEGER NOT NULL, "bio" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
  })
  const git = (...args) => {
    const ran = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' })
    assert.equal(ran.status, 0, ran.stderr)
  }
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  git('tag', 'v1')
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  writeFileSync(join(cwd, 'prisma/migrations', NAME, 'migration.sql'), 'ALTER TABLE "users" DROP COLUMN "bio";\n')
  assert.equal(unmigrate(cwd, ['expand', '--not-applied']).code, 0)
  writeFileSync(join(cwd, 'prisma/schema.prisma'), model('  bio String? @ignore\n'))
  git('add', '.')
  git('commit', '-qm', 'two')
  git('tag', 'v2')
  const old = unmigrate(cwd, ['contract', '--app', 'v1'])
  assert.equal(old.code, 1, old.out + old.err)
  assert.match(old.out, /closed +compat/)
  assert.match(old.err, /the clients of v1 break: .*bio/)
  const fine = unmigrate(cwd, ['contract', '--app', 'v2'])
  assert.equal(fine.code, 0, fine.out + fine.err)
  assert.match(fine.out, /open +compat: 0 /)
})

test('the same from JavaScript, and the plan as a picture', async (t) => {
  const it = await phased(t, { name: 'expand_js', init: INIT, up: 'ALTER TABLE "users" ALTER COLUMN "score" SET DATA TYPE BIGINT;\n', rows: ["INSERT INTO users (score, email) VALUES (1, 'a')"] })
  const { cwd, url } = it
  await assert.rejects(plan({ cwd }), { code: 'not-expanded' })
  await assert.rejects(expand({ cwd, rename: ['users.score'], notApplied: true }), { code: 'invalid-option' })
  const done = await expand({ cwd, url })
  assert.deepEqual(done.parts.map((part) => [part.recipe, part.old, part.new, part.last]), [['change-type', 'score', 'score_new', 'score']])
  await assert.rejects(backfill({ cwd, url }), { code: 'not-applied' })
  await it.deploy(NAME)
  const filled = await backfill({ cwd, url, batch: 10 })
  assert.deepEqual([filled.rows, filled.left, filled.indexes.length], [1, 0, 1])
  const picture = unmigrate(cwd, ['plan', '--mermaid']).out
  assert.match(picture, /^timeline\n {4}title 20260102000000_change\n {4}section users\.score becomes BIGINT\n {8}release 1 : score read and written : score_new written by a trigger, converted\n/)
  const page = join(cwd, 'plan.html')
  assert.equal(unmigrate(cwd, ['plan', '--html', 'plan.html']).code, 0)
  assert.match(readFileSync(page, 'utf8'), /<h1>20260102000000_change<\/h1>.*<tr><th scope="row"><code>score_new<\/code><\/th><td>written by a trigger, converted<\/td><td>filled<\/td>/s)
  // Nothing that is no page is written over.
  assert.equal(unmigrate(cwd, ['plan', '--html', 'prisma/migrations/migration_lock.toml']).code, 2)
  const ended = await contract({ cwd, url })
  assert.deepEqual(ended.gates.map((gate) => [gate.name, gate.open]), [['backfilled', true], ['indexed', true], ['compat', true]])
  assert.equal((await plan({ cwd, only: [NAME] })).phase, 'contracted')
})
