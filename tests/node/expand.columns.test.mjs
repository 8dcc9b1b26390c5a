// Columns beside others on real engines: values of an enum, keys, columns that are taken apart or put together, a primary key,
// and types on MariaDB. What an old version and a new one write in every phase, and back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NAME, phased, shape } from './phased.mjs'

test('a value of an enum goes, and an old version still writes it', async (t) => {
  const it = await phased(t, {
    name: 'enum_value',
    init: `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');
CREATE TABLE "users" ("id" SERIAL NOT NULL, "role" "Role" NOT NULL DEFAULT 'USER', "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE INDEX "users_role_idx" ON "users"("role");
CREATE TABLE "invites" ("id" SERIAL NOT NULL, "role" "Role", CONSTRAINT "invites_pkey" PRIMARY KEY ("id"));
`,
    up: `-- AlterEnum
BEGIN;
CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN', 'OWNER');
ALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT;
ALTER TABLE "users" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");
ALTER TABLE "invites" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'USER';
COMMIT;
`,
    rows: ["INSERT INTO users (role, email) VALUES ('USER', 'a'), ('GUEST', 'b'), ('ADMIN', 'c')", "INSERT INTO invites (role) VALUES ('GUEST'), (NULL)"],
  })
  const before = [await shape(it, 'users'), await shape(it, 'invites')]
  const { all, write } = it
  assert.match(it.run('expand').err, /--value Role\.GUEST=<value>/)
  it.done('expand', '--value', 'Role.GUEST=USER')
  await it.deploy(NAME)
  await write("INSERT INTO users (role, email) VALUES ('GUEST', 'old')", "INSERT INTO users (role_new, email) VALUES ('ADMIN', 'new')", "INSERT INTO users (email) VALUES ('none')")
  await write("INSERT INTO users (id, role, email) VALUES (1, 'ADMIN', 'a') ON CONFLICT (id) DO UPDATE SET role = EXCLUDED.role")
  const seen = 'SELECT role, role_new FROM users ORDER BY id'
  assert.deepEqual(await all(seen), [['ADMIN', 'ADMIN'], ['GUEST', null], ['ADMIN', null], ['GUEST', 'USER'], ['ADMIN', 'ADMIN'], ['USER', 'USER']])
  // Old versions know no such value.
  await assert.rejects(write("UPDATE users SET role_new = 'OWNER' WHERE id = 1"), /invalid input value for enum "Role": "OWNER"/)
  it.done('backfill')
  // The new version writes over it; what it leaves alone stays as the old one has it.
  await write("UPDATE users SET email = 'x' WHERE id = 2", "UPDATE users SET role_new = 'ADMIN' WHERE id = 4")
  assert.deepEqual(await all(seen), [['ADMIN', 'ADMIN'], ['GUEST', 'USER'], ['ADMIN', 'ADMIN'], ['ADMIN', 'ADMIN'], ['ADMIN', 'ADMIN'], ['USER', 'USER']])
  assert.deepEqual(await all('SELECT role, role_new FROM invites ORDER BY id'), [['GUEST', 'USER'], [null, null]])
  await it.end()
  assert.deepEqual((await all('SELECT role FROM users ORDER BY id')).flat(), ['ADMIN', 'USER', 'ADMIN', 'ADMIN', 'ADMIN', 'USER'])
  assert.deepEqual([await shape(it, 'users'), await shape(it, 'invites')], before)
  const labels = async () => (await all(`SELECT e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'Role' ORDER BY enumsortorder`)).flat()
  assert.deepEqual(await labels(), ['USER', 'ADMIN', 'OWNER'])
  assert.deepEqual(await all("SELECT to_regtype('\"Role_new\"')"), [[null]])
  await write("INSERT INTO users (email) VALUES ('later')")

  it.back()
  assert.deepEqual(await labels(), ['USER', 'ADMIN', 'GUEST'])
  await write("UPDATE users SET role = 'GUEST' WHERE id = 3", "UPDATE users SET role_new = 'USER' WHERE id = 1")
  assert.deepEqual(await all('SELECT role, role_new FROM users WHERE id IN (1, 2, 3) ORDER BY id'), [['USER', 'USER'], ['USER', 'USER'], ['GUEST', 'USER']])
  it.back()
  assert.deepEqual([await shape(it, 'users'), await shape(it, 'invites')], before)
  assert.deepEqual((await all('SELECT role FROM users WHERE id <= 3 ORDER BY id')).flat(), ['USER', 'USER', 'GUEST'])
})

test('a key gets wider, with what refers to it and its sequence', async (t) => {
  const it = await phased(t, {
    name: 'wider_key',
    init: `CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "boss_id" INTEGER, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
CREATE TABLE "posts" ("id" SERIAL NOT NULL, "author_id" INTEGER NOT NULL, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));
CREATE INDEX "posts_author_id_idx" ON "posts"("author_id");
CREATE TABLE "likes" ("user_id" INTEGER NOT NULL, "post_id" INTEGER NOT NULL, CONSTRAINT "likes_pkey" PRIMARY KEY ("user_id", "post_id"));
ALTER TABLE "users" ADD CONSTRAINT "users_boss_id_fkey" FOREIGN KEY ("boss_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "likes" ADD CONSTRAINT "likes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "likes" ADD CONSTRAINT "likes_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "posts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`,
    up: `-- DropForeignKey
ALTER TABLE "likes" DROP CONSTRAINT "likes_user_id_fkey";
-- DropForeignKey
ALTER TABLE "posts" DROP CONSTRAINT "posts_author_id_fkey";
-- DropForeignKey
ALTER TABLE "users" DROP CONSTRAINT "users_boss_id_fkey";
-- AlterTable
ALTER TABLE "likes" DROP CONSTRAINT "likes_pkey",
ALTER COLUMN "user_id" SET DATA TYPE BIGINT,
ADD CONSTRAINT "likes_pkey" PRIMARY KEY ("user_id", "post_id");
-- AlterTable
ALTER TABLE "posts" ALTER COLUMN "author_id" SET DATA TYPE BIGINT;
-- AlterTable
ALTER TABLE "users" DROP CONSTRAINT "users_pkey",
ALTER COLUMN "id" SET DATA TYPE BIGINT,
ALTER COLUMN "boss_id" SET DATA TYPE BIGINT,
ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");
-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_boss_id_fkey" FOREIGN KEY ("boss_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
-- AddForeignKey
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- AddForeignKey
ALTER TABLE "likes" ADD CONSTRAINT "likes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`,
    rows: [
      "INSERT INTO users (email) SELECT 'e' || g FROM generate_series(1, 1200) g",
      'UPDATE users SET boss_id = 1 WHERE id > 1',
      'INSERT INTO posts (author_id) SELECT g FROM generate_series(1, 100) g',
      'INSERT INTO likes SELECT g, g FROM generate_series(1, 50) g',
    ],
  })
  const tables = ['users', 'posts', 'likes']
  const shapes = () => Promise.all(tables.map((table) => shape(it, table)))
  const before = await shapes()
  const { all, write } = it
  it.done('expand')
  await it.deploy(NAME)
  // Old versions name one key, new ones the other; the sequence counts for both.
  await write("INSERT INTO users (email) VALUES ('both')", "INSERT INTO users (id_new, email) VALUES (5000, 'new')", "INSERT INTO users (id, email) VALUES (5001, 'old')")
  await write('INSERT INTO posts (author_id) VALUES (5000)', 'INSERT INTO posts (author_id_new) VALUES (5001)', 'INSERT INTO likes (user_id_new, post_id) VALUES (5001, 1)')
  assert.deepEqual(await all("SELECT id, id_new FROM users WHERE email IN ('both', 'new', 'old') ORDER BY id"), [['1201', '1201'], ['5000', '5000'], ['5001', '5001']])
  await assert.rejects(write("INSERT INTO users (id_new, email) VALUES (5000000000, 'big')"), /out of range/)
  await assert.rejects(write('INSERT INTO posts (author_id_new) VALUES (77777)'), /posts_author_id_fkey/)
  assert.match(it.run('contract').out, /closed +referenced: 1 foreign key missing or not valid of posts/)
  const filled = it.done('backfill')
  for (const key of ['likes_user_id_fkey', 'posts_author_id_fkey', 'users_boss_id_fkey']) assert.match(filled, new RegExp(`foreign key unmigrate_${key} made`))
  // A cascade over either key reaches both names.
  await write('UPDATE users SET id = 6000 WHERE id = 2', 'UPDATE users SET id_new = 6001 WHERE id = 3', 'DELETE FROM users WHERE id_new = 150')
  assert.deepEqual(await all('SELECT author_id, author_id_new FROM posts WHERE author_id >= 6000 ORDER BY 1'), [['6000', '6000'], ['6001', '6001']])
  assert.deepEqual(await all('SELECT user_id, user_id_new FROM likes WHERE user_id >= 6000 ORDER BY 1'), [['6000', '6000'], ['6001', '6001']])
  await write('UPDATE users SET boss_id_new = 150 + 1 WHERE id = 10', 'DELETE FROM users WHERE id = 151')
  assert.deepEqual(await all('SELECT boss_id, boss_id_new FROM users WHERE id = 10'), [[null, null]])
  await it.end()

  const counts = () => all("SELECT format_type(seqtypid, NULL), pg_get_serial_sequence('users', 'id') FROM pg_sequence WHERE seqrelid = 'users_id_seq'::regclass")
  assert.deepEqual(await counts(), [['bigint', 'public.users_id_seq']])
  const wide = new Set(['users id', 'users boss_id', 'posts author_id', 'likes user_id'])
  const wider = before.map((rows, at) => rows.map(([kind, name, what]) => [kind, name, wide.has(`${tables[at]} ${name}`) ? what.replace('integer', 'bigint') : what]))
  assert.deepEqual(await shapes(), wider)
  await write("INSERT INTO users (email) VALUES ('after')", "INSERT INTO users (id, email) VALUES (5000000000, 'big')", 'INSERT INTO posts (author_id) VALUES (5000000000)')
  // A number is drawn for a row that names the other key too.
  const [[drawn]] = await all("SELECT id FROM users WHERE email = 'after'")
  assert.equal(drawn, '1204')

  // What the narrow key can't hold stops the way back; nothing is changed then.
  const refused = it.run('rollback', '--confirm', new URL(it.url).pathname.slice(1), '--no-archive')
  assert.notEqual(refused.code, 0)
  assert.match(refused.out + refused.err, /out of range/)
  await write('DELETE FROM posts WHERE author_id = 5000000000', 'DELETE FROM users WHERE id = 5000000000')
  it.back()
  await write("INSERT INTO users (email) VALUES ('again')", "INSERT INTO posts (author_id_new) VALUES (1)", "UPDATE users SET id_new = 7000 WHERE email = 'again'")
  assert.deepEqual(await all("SELECT id, id_new FROM users WHERE email IN ('after', 'again') ORDER BY 1"), [[drawn, drawn], ['7000', '7000']])
  // The keys of the time being are made once more, and go with the way back though no file names them.
  assert.match(it.done('backfill', NAME), /foreign key unmigrate_posts_author_id_fkey made/)
  it.back()
  assert.deepEqual(await shapes(), before)
  assert.deepEqual(await counts(), [['integer', 'public.users_id_seq']])
  await write("INSERT INTO users (email) VALUES ('last')")
  assert.deepEqual(await all("SELECT count(*) FROM posts p LEFT JOIN users u ON u.id = p.author_id WHERE u.id IS NULL"), [['0']])
})

test('a name is taken apart, and put together again', async (t) => {
  const it = await phased(t, {
    name: 'split',
    init: 'CREATE TABLE "users" ("id" SERIAL NOT NULL, "full_name" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\nCREATE INDEX "users_full_name_idx" ON "users"("full_name");\n',
    up: `-- DropIndex
DROP INDEX "users_full_name_idx";
-- AlterTable
ALTER TABLE "users" DROP COLUMN "full_name",
ADD COLUMN     "first" TEXT NOT NULL,
ADD COLUMN     "last" TEXT;
-- CreateIndex
CREATE INDEX "users_last_first_idx" ON "users"("last", "first");
`,
    rows: ["INSERT INTO users (full_name) VALUES ('Ada Lovelace'), ('Alan Mathison Turing'), ('Plato')"],
  })
  const before = await shape(it, 'users')
  const { all, write } = it
  assert.match(it.run('expand').err, /--convert-back users\.full_name=<SQL expression>|goes/)
  const flags = ['--convert', "users.first=split_part(full_name, ' ', 1)", '--convert', "users.last=nullif(substr(full_name, length(split_part(full_name, ' ', 1)) + 2), '')", '--convert-back', "users.full_name=concat_ws(' ', first, last)"]
  assert.match(it.run('expand', ...flags.slice(0, 4)).err, /--convert-back users\.full_name=<SQL expression>/)
  it.done('expand', ...flags)
  await it.deploy(NAME)
  const seen = 'SELECT full_name, first, last FROM users ORDER BY id'
  await write("INSERT INTO users (full_name) VALUES ('Kurt Gödel')", "INSERT INTO users (first, last) VALUES ('Emmy', 'Noether')", "INSERT INTO users (first) VALUES ('Euclid')")
  // A part of a row that is not filled yet: the rest is what the old name says.
  await write("UPDATE users SET first = 'Augusta' WHERE id = 1", "UPDATE users SET full_name = 'Alan M. Turing' WHERE id = 2")
  await assert.rejects(write("INSERT INTO users (full_name, first) VALUES ('A B', 'C')"), /given different values/)
  await assert.rejects(write("UPDATE users SET full_name = 'X Y', last = 'Z' WHERE id = 2"), /given different values/)
  it.done('backfill')
  const names = [['Augusta Lovelace', 'Augusta', 'Lovelace'], ['Alan M. Turing', 'Alan', 'M. Turing'], ['Plato', 'Plato', null], ['Kurt Gödel', 'Kurt', 'Gödel'], ['Emmy Noether', 'Emmy', 'Noether'], ['Euclid', 'Euclid', null]]
  assert.deepEqual(await all(seen), names)
  await write("UPDATE users SET last = 'of Alexandria' WHERE id = 6", 'UPDATE users SET id = 30 WHERE id = 3')
  assert.deepEqual(await all('SELECT full_name FROM users WHERE id IN (6, 30) ORDER BY id'), [['Euclid of Alexandria'], ['Plato']])
  await it.end()
  const after = await shape(it, 'users')
  assert.deepEqual(after.filter(([kind]) => kind !== 'constraint').map(([kind, name, what]) => [kind, name, what.replace(/^.*USING btree /, '')]), [
    ['column', 'first', 'text true '], ['column', 'id', before.find(([, name]) => name === 'id')[2]], ['column', 'last', 'text false '],
    ['index', 'users_last_first_idx', '(last, first)'], ['index', 'users_pkey', '(id)'],
  ])
  it.back()
  await write("UPDATE users SET full_name = 'Plato Again' WHERE id = 30")
  assert.deepEqual(await all('SELECT full_name, first, last FROM users WHERE id IN (1, 30) ORDER BY id'), [names[0], ['Plato Again', 'Plato', 'Again']])
  it.back()
  assert.deepEqual(await shape(it, 'users'), before)
  assert.deepEqual((await all('SELECT full_name FROM users WHERE id <= 2 ORDER BY id')).flat(), ['Augusta Lovelace', 'Alan M. Turing'])
})

test('json becomes columns, and keeps what has none', async (t) => {
  const it = await phased(t, {
    name: 'json',
    init: 'CREATE TABLE "users" ("id" SERIAL NOT NULL, "settings" JSONB, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
    up: 'ALTER TABLE "users" DROP COLUMN "settings",\nADD COLUMN     "theme" TEXT,\nADD COLUMN     "size" INTEGER;\n',
    rows: [`INSERT INTO users (settings) VALUES ('{"theme": "dark", "size": 3, "beta": true}'), ('{"beta": false}'), (NULL)`],
  })
  const { all, write } = it
  const flags = ['--convert', "users.theme=settings->>'theme'", '--convert', "users.size=(settings->>'size')::int",
    '--convert-back', "users.settings=nullif(coalesce(settings, '{}') - '{theme,size}'::text[] || jsonb_strip_nulls(jsonb_build_object('theme', theme, 'size', size)), '{}')"]
  it.done('expand', ...flags)
  await it.deploy(NAME)
  const seen = 'SELECT settings, theme, size FROM users ORDER BY id'
  await write(`INSERT INTO users (settings) VALUES ('{"size": 7}')`, "INSERT INTO users (theme) VALUES ('light')", 'UPDATE users SET size = 4 WHERE id = 1')
  assert.deepEqual((await all(seen))[0], ['{"beta": true, "size": 4, "theme": "dark"}', 'dark', '4'])
  // A row whose json gives nothing for any of the columns can be told from none that has nothing: it is refused.
  await assert.rejects(write(`INSERT INTO users (settings) VALUES ('{"beta": true}')`), /a value of settings gives none for theme and size/)
  const stopped = it.run('backfill')
  assert.equal(stopped.code, 2)
  assert.match(stopped.err, /a value of settings gives none for theme and size/)
  // Unless NULL is asked for.
  it.back()
  it.done('expand', '--abort')
  it.done('expand', ...flags, '--fill', 'users.theme=NULL', '--fill', 'users.size=NULL')
  await it.deploy(NAME)
  assert.match(it.done('backfill'), /3 rows filled/)
  assert.deepEqual(await all(seen), [
    ['{"beta": true, "size": 4, "theme": "dark"}', 'dark', '4'], ['{"beta": false}', null, null], [null, null, null],
    ['{"size": 7}', null, '7'], ['{"theme": "light"}', 'light', null],
  ])
  await it.end()
  it.back()
  assert.deepEqual((await all(seen))[0], ['{"size": 4, "theme": "dark"}', 'dark', '4'])
  await write(`UPDATE users SET settings = '{"theme": "blue"}' WHERE id = 4`)
  assert.deepEqual((await all(seen))[3], ['{"theme": "blue"}', 'blue', null])
  it.back()
})

for (const engine of ['postgres', 'mysql']) {
  test(`two columns are put together, and taken apart again: ${engine}`, async (t) => {
    const my = engine === 'mysql'
    const it = await phased(t, {
      engine,
      name: 'merge',
      init: my
        ? 'CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, first VARCHAR(50) NOT NULL, last VARCHAR(50) NULL, n INTEGER NULL, PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n'
        : 'CREATE TABLE users (id SERIAL NOT NULL PRIMARY KEY, first VARCHAR(50) NOT NULL, last VARCHAR(50), n INTEGER);\n',
      up: 'ALTER TABLE users DROP COLUMN first, DROP COLUMN last, ADD COLUMN name VARCHAR(101) NOT NULL;\n',
      rows: ["INSERT INTO users (first, last) VALUES ('Ada', 'Lovelace'), ('Plato', NULL)"],
    })
    const { all, write } = it
    const first = my ? "substring_index(name, ' ', 1)" : "split_part(name, ' ', 1)"
    const last = my ? "if(locate(' ', name) > 0, substr(name, locate(' ', name) + 1), NULL)" : "nullif(split_part(name, ' ', 2), '')"
    it.done('expand', '--convert', "users.name=concat_ws(' ', first, last)", '--convert-back', `users.first=${first}`, '--convert-back', `users.last=${last}`)
    await it.deploy(NAME)
    await write("INSERT INTO users (first, last) VALUES ('Kurt', 'Gödel')", "INSERT INTO users (name) VALUES ('Emmy Noether')", "UPDATE users SET last = 'of Athens' WHERE id = 2")
    const seen = 'SELECT first, last, name FROM users ORDER BY id'
    assert.deepEqual(await all(seen), [['Ada', 'Lovelace', null], ['Plato', 'of Athens', 'Plato of Athens'], ['Kurt', 'Gödel', 'Kurt Gödel'], ['Emmy', 'Noether', 'Emmy Noether']])
    await assert.rejects(write("INSERT INTO users (first, name) VALUES ('A', 'B')"), /given different values/)
    it.done('backfill')
    await write("UPDATE users SET name = 'Augusta King' WHERE id = 1", 'UPDATE users SET n = 1 WHERE id = 2')
    assert.deepEqual((await all(seen)).slice(0, 2), [['Augusta', 'King', 'Augusta King'], ['Plato', 'of Athens', 'Plato of Athens']])
    await it.end()
    assert.deepEqual((await all('SELECT name FROM users ORDER BY id')).flat(), ['Augusta King', 'Plato of Athens', 'Kurt Gödel', 'Emmy Noether'])
    await write("INSERT INTO users (name) VALUES ('Euclid')")
    it.back()
    await write("UPDATE users SET first = 'Eukleides' WHERE name = 'Euclid'")
    const back = await all(seen)
    assert.deepEqual(back[4], ['Eukleides', null, 'Eukleides'])
    assert.deepEqual(back[0], ['Augusta', 'King', 'Augusta King'])
    it.back()
    await write("INSERT INTO users (first) VALUES ('Zeno')")
    assert.deepEqual((await all('SELECT first FROM users ORDER BY id')).flat(), ['Augusta', 'Plato', 'Kurt', 'Emmy', 'Eukleides', 'Zeno'])
  })
}

test('a table that has none gets a primary key', async (t) => {
  const it = await phased(t, {
    name: 'primary_key',
    init: 'CREATE TABLE "tags" ("id" INTEGER, "name" TEXT NOT NULL);\n',
    up: '-- AlterTable\nALTER TABLE "tags" ALTER COLUMN "id" SET NOT NULL,\nADD CONSTRAINT "tags_pkey" PRIMARY KEY ("id");\n',
    rows: ["INSERT INTO tags VALUES (1, 'a'), (1, 'b'), (NULL, 'c')"],
  })
  const before = await shape(it, 'tags')
  const { write } = it
  it.done('expand')
  await it.deploy(NAME)
  await assert.rejects(write("INSERT INTO tags (name) VALUES ('d')"), /unmigrate_tags_id_required/)
  const closed = it.run('contract').out
  assert.match(closed, /closed +duplicates: 1 keys/)
  assert.match(closed, /closed +violations: 1 rows of tags that hold NULL in id/)
  await write("UPDATE tags SET id = 2 WHERE name = 'b'", "UPDATE tags SET id = 3 WHERE name = 'c'")
  it.done('backfill')
  await assert.rejects(write("INSERT INTO tags VALUES (1, 'd')"), /unmigrate_tags_pkey/)
  await it.end()
  const added = (await shape(it, 'tags')).filter((one) => !before.some((was) => String(was) === String(one)))
  assert.deepEqual(added.map(([kind, name, what]) => [kind, name, what.replace(/^.*USING btree /, '')]), [
    ['column', 'id', 'integer true '], ['constraint', 'tags_pkey', 'PRIMARY KEY (id)'], ['index', 'tags_pkey', '(id)'],
  ])
  it.back()
  await assert.rejects(write("INSERT INTO tags (name) VALUES ('d')"), /unmigrate_tags_id_required/)
  it.back()
  assert.deepEqual(await shape(it, 'tags'), before)
  await write("INSERT INTO tags (name) VALUES ('d')")
})

test('MariaDB: a table that has none gets a primary key', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'my_primary_key',
    init: 'CREATE TABLE `tags` (`id` INTEGER NULL, `name` VARCHAR(191) NOT NULL) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n',
    up: 'ALTER TABLE `tags` MODIFY `id` INTEGER NOT NULL, ADD PRIMARY KEY (`id`);\n',
    rows: ["INSERT INTO tags VALUES (1, 'a'), (1, 'b'), (NULL, 'c')"],
  })
  const { all, write } = it
  const made = async () => (await all('SHOW CREATE TABLE tags'))[0][1]
  const before = await made()
  it.done('expand')
  await it.deploy(NAME)
  const closed = it.run('contract').out
  assert.match(closed, /closed +duplicates: 1 keys/)
  assert.match(closed, /closed +violations: 1 rows of tags that hold NULL in id/)
  await write("UPDATE tags SET id = 2 WHERE name = 'b'", "UPDATE tags SET id = 3 WHERE name = 'c'")
  await it.end()
  await assert.rejects(write("INSERT INTO tags VALUES (1, 'd')"), /Duplicate entry/)
  assert.match(await made(), /`id` int\(11\) NOT NULL,[^]*PRIMARY KEY \(`id`\)/)
  it.back()
  it.back()
  assert.equal(await made(), before)
})

test('MariaDB: a type gets wider, and an enum loses a value', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'my_types',
    init: "CREATE TABLE `users` (`id` INTEGER NOT NULL AUTO_INCREMENT, `score` INTEGER NOT NULL DEFAULT 3, `role` ENUM('USER', 'GUEST') NULL, `n` INTEGER NULL, `at` TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP, INDEX `users_score_idx`(`score`), UNIQUE INDEX `users_n_score_key`(`n`, `score`), PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n",
    up: "ALTER TABLE `users` MODIFY `score` BIGINT NOT NULL DEFAULT 3;\nALTER TABLE `users` MODIFY `role` ENUM('USER') NULL;\n",
    rows: ["INSERT INTO users (score, role, n) VALUES (1, 'USER', 1), (2, 'GUEST', 2), (3, NULL, 3)"],
  })
  const { all, write } = it
  const made = async () => (await all('SHOW CREATE TABLE users'))[0][1].replace(/ AUTO_INCREMENT=\d+/, '')
  const before = await made()
  it.done('expand', '--convert', "users.role=if(role = 'GUEST', 'USER', role)", '--convert-back', 'users.role=role')
  await it.deploy(NAME)
  await write("INSERT INTO users (score, role, n) VALUES (4, 'GUEST', 4)", "INSERT INTO users (score_new, role_new, n) VALUES (5, 'USER', 5)", 'INSERT INTO users (n) VALUES (6)')
  await write("INSERT INTO users (id, score, n) VALUES (1, 7, 1) ON DUPLICATE KEY UPDATE score = VALUES(score)", 'UPDATE users SET score_new = 20 WHERE id = 2')
  const seen = 'SELECT score, score_new, role, role_new FROM users ORDER BY id'
  assert.deepEqual(await all(seen), [['7', '7', 'USER', 'USER'], ['20', '20', 'GUEST', 'USER'], ['3', null, null, null], ['4', '4', 'GUEST', 'USER'], ['5', '5', 'USER', 'USER'], ['3', '3', null, null]])
  await assert.rejects(write('UPDATE users SET score_new = 5000000000 WHERE id = 1'), /Out of range|can not be kept/)
  await assert.rejects(write("UPDATE users SET role = 'GUEST', role_new = NULL WHERE id = 5"), /given different values/)
  assert.match(it.run('contract').out, /closed +backfilled: 1 rows of users whose score_new/)
  it.done('backfill')
  assert.deepEqual(await all('SELECT count(*) FROM users WHERE at IS NOT NULL AND id = 3'), [['0']])
  await it.end()
  assert.equal(await made(), before.replace('`score` int(11)', '`score` bigint(20)').replace("enum('USER','GUEST')", "enum('USER')").replace(/( *`score` bigint.*\n)(.*`role`.*\n)(.*`n`.*\n)(.*`at`.*\n)/, '$3$4$1$2'))
  await write('INSERT INTO users (score, n) VALUES (5000000000, 8)')
  const refused = it.run('rollback', '--confirm', new URL(it.url).pathname.slice(1), '--no-archive')
  assert.notEqual(refused.code, 0)
  assert.match(refused.out + refused.err, /Out of range|can not be kept/)
})

test('MariaDB: the way back of a type, with what was written since', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'my_types_back',
    init: 'CREATE TABLE `users` (`id` INTEGER NOT NULL AUTO_INCREMENT, `score` INTEGER NOT NULL DEFAULT 3, `n` INTEGER NULL, INDEX `users_score_idx`(`score`), PRIMARY KEY (`id`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n',
    up: 'ALTER TABLE `users` MODIFY `score` BIGINT NOT NULL DEFAULT 3;\n',
    rows: ['INSERT INTO users (score) VALUES (1), (2), (3)'],
  })
  const { all, write } = it
  const made = async () => (await all('SHOW CREATE TABLE users'))[0][1].replace(/ AUTO_INCREMENT=\d+/, '')
  const before = await made()
  it.done('expand')
  await it.deploy(NAME)
  it.done('backfill')
  await it.end()
  await write('UPDATE users SET score = 20 WHERE id = 2', 'INSERT INTO users (n) VALUES (1)')
  it.back()
  await write('UPDATE users SET score = 10 WHERE id = 1', 'INSERT INTO users (score_new) VALUES (5)')
  assert.deepEqual(await all('SELECT score, score_new FROM users ORDER BY id'), [['10', '10'], ['20', '20'], ['3', '3'], ['3', '3'], ['5', '5']])
  it.back()
  // On MySQL a column comes back where it stood.
  assert.equal(await made(), before)
  assert.deepEqual((await all('SELECT score FROM users ORDER BY id')).flat(), ['10', '20', '3', '3', '5'])
})

test('what has run since the backfill and names what goes holds the contract', async (t) => {
  const it = await phased(t, {
    name: 'statements',
    init: 'CREATE TABLE "users" ("id" SERIAL NOT NULL, "full_name" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
    up: 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";\n',
    rows: ["INSERT INTO users (full_name) VALUES ('Ada')"],
  })
  const { all, write } = it
  it.done('expand')
  await it.deploy(NAME)
  const [[loaded]] = await all("SELECT current_setting('shared_preload_libraries') ~ 'pg_stat_statements'")
  const gate = () => JSON.parse(it.run('contract', '--json').out).gates.find(({ name }) => name === 'statements')
  if (loaded !== 't') {
    // Nothing counts statements on this server: it is said, and holds nobody.
    it.done('backfill')
    const { open, saw, skipped } = gate()
    assert.deepEqual([open, saw, skipped], [true, null, 'pg_stat_statements is not there to count them'])
    return
  }
  await write('CREATE EXTENSION pg_stat_statements')
  await all("SELECT full_name FROM users WHERE id = 1")
  it.done('backfill')
  await all("SELECT full_name FROM users WHERE id = 1")
  await all("SELECT display_name FROM users WHERE id = 1")
  const held = it.run('contract')
  assert.equal(held.code, 1)
  assert.match(held.out, /closed +statements: 1 statements that name what goes/)
  assert.match(held.err, /since `backfill` was done this has run: SELECT full_name FROM users WHERE id = \$1/)
  // The gates' own queries name it too, and count for nothing.
  it.done('backfill')
  await all("SELECT display_name FROM users WHERE id = 1")
  const { open, saw } = gate()
  assert.deepEqual([open, saw], [true, '0'])
})
