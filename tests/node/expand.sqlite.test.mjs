// Expand and contract on SQLite: what an old version and a new one write in every phase, and back, in a file.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from './cli.mjs'
import { query, script } from './deployed.mjs'
import { NAME, phased } from './phased.mjs'
import { project } from './projects.mjs'

const numbers = (rows) => `WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ${rows})`

/** All that the file's catalog holds but what is SQLite's own, with the columns of each table in order of their names. */
const catalog = async ({ all }) => {
  const tables = await all("SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' ORDER BY 1, 2")
  const rest = await all("SELECT type, name, tbl_name FROM sqlite_master WHERE type <> 'table' ORDER BY 1, 2")
  const keys = await all("SELECT m.name, k.* FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table' ORDER BY m.name, k.\"from\"")
  return [...tables, ...rest, ...keys]
}

/** What `verify` says of the migrations, in order: grade and verdict. */
const proven = ({ cwd }) => {
  const { out, err } = unmigrate(cwd, ['verify', '--json'])
  assert.notEqual(out, '', err)
  return JSON.parse(out).histories[0].migrations.map(({ grade, verdict }) => `${grade} ${verdict}`)
}

const INIT = `CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "full_name" TEXT NOT NULL COLLATE NOCASE, "email" TEXT NOT NULL);
CREATE UNIQUE INDEX "users_full_name_key" ON "users"("full_name");
CREATE TABLE "notes" ("id" INTEGER NOT NULL PRIMARY KEY, "writer" INTEGER NOT NULL, "signed" TEXT REFERENCES "users" ("full_name") ON UPDATE CASCADE ON DELETE CASCADE, CONSTRAINT "notes_writer_fkey" FOREIGN KEY ("writer") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE VIEW "named" AS SELECT "id", "full_name" FROM "users";
`
const RENAME = `-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "display_name" TEXT NOT NULL COLLATE NOCASE, "email" TEXT NOT NULL);
INSERT INTO "new_users" ("email", "id") SELECT "email", "id" FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
CREATE UNIQUE INDEX "users_display_name_key" ON "users"("display_name");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`

test('a column gets another name, with what is on its table', async (t) => {
  const rows = [`${numbers(2500)} INSERT INTO users (full_name, email) SELECT 'n' || n, 'e' || n FROM g`, 'INSERT INTO notes SELECT id, id, full_name FROM users']
  const it = await phased(t, { engine: 'sqlite', name: 'renamed', init: INIT, up: RENAME, rows: [...rows, 'DELETE FROM users WHERE id > 2400'] })
  const { all, write } = it
  const before = await catalog(it)
  const told = it.done('expand', '--rename', 'users.full_name=display_name')
  assert.match(told, /users is made anew with expand, and again with the contract: nobody else writes/)
  assert.match(told, /users holds 2400 rows here: each time it is made anew, writers wait for (about|less than) [0-9.]+ s/)
  await it.deploy(NAME)
  // The copy has filled it, and every reference is still there.
  assert.deepEqual(await all('SELECT count(*), sum(full_name IS display_name) FROM users'), [['2400', '2400']])
  assert.deepEqual(await all('SELECT count(*) FROM notes'), [['2400']])

  await write("INSERT INTO users (full_name, email) VALUES ('by old', 'x1')", "INSERT INTO users (display_name, email) VALUES ('by new', 'x2')")
  // The numbers go on behind the highest that was ever given.
  assert.deepEqual(await all("SELECT id FROM users WHERE email = 'x1'"), [['2501']])
  await write("UPDATE users SET display_name = 'to new' WHERE id = 1", "UPDATE users SET full_name = 'to old' WHERE id = 2")
  await write("UPDATE users SET full_name = 'N3' WHERE id = 3", "UPDATE users SET display_name = 'N4', email = 'four' WHERE id = 4")
  const seen = "SELECT full_name, display_name FROM users WHERE id <= 5 OR email LIKE 'x%' ORDER BY id"
  const both = ['to new', 'to old', 'N3', 'N4', 'n5', 'by old', 'by new'].map((name) => [name, name])
  assert.deepEqual(await all(seen), both)
  // What refers to the old name follows what is written to the new one.
  assert.deepEqual(await all('SELECT signed FROM notes WHERE id IN (1, 2) ORDER BY id'), [['to new'], ['to old']])
  // Who gives both, and differently, or neither, is told; a conflict clause passes neither over.
  for (const or of ['', ' OR IGNORE', ' OR REPLACE']) {
    await assert.rejects(write(`INSERT${or} INTO users (full_name, display_name, email) VALUES ('a', 'b', 'x3')`), /given different values/)
    await assert.rejects(write(`INSERT${or} INTO users (email) VALUES ('x3')`), /NOT NULL constraint failed: users\.full_name/)
    await assert.rejects(write(`UPDATE${or} users SET display_name = NULL WHERE id = 5`), /NOT NULL constraint failed: users\.full_name|could not be kept in both/)
  }
  for (const or of ['', ' OR REPLACE']) {
    await assert.rejects(write(`UPDATE${or} users SET full_name = NULL WHERE id = 5`), /NOT NULL constraint failed: users\.full_name/)
    await assert.rejects(write(`INSERT${or} INTO users (full_name, email) VALUES (NULL, 'x3')`), /NOT NULL constraint failed: users\.full_name/)
  }
  // The engine itself passes this over, as it did before.
  await write("UPDATE OR IGNORE users SET full_name = NULL WHERE id = 5", "INSERT OR IGNORE INTO users (full_name, email) VALUES (NULL, 'x3')")
  await assert.rejects(write("UPDATE users SET full_name = 'a', display_name = 'b' WHERE id = 5"), /given different values/)
  // Without an index under the new name the trigger meets the old one's, and OR IGNORE leaves no row of half a name behind.
  await assert.rejects(write("INSERT INTO users (display_name, email) VALUES ('n5', 'x3')"), /UNIQUE constraint failed/)
  await assert.rejects(write("INSERT OR IGNORE INTO users (display_name, email) VALUES ('n5', 'x3')"), /UNIQUE constraint failed: users\.full_name/)
  assert.deepEqual(await all(seen), both)

  assert.match(it.done('backfill'), /0 rows filled in 0 batches; nothing is left to do\n.*index users_display_name_key made/)
  await write("INSERT INTO users (display_name, email) VALUES ('n5', 'x4') ON CONFLICT (display_name) DO UPDATE SET email = excluded.email")
  await write("INSERT INTO users (full_name, email) VALUES ('N3', 'x5') ON CONFLICT (full_name) DO UPDATE SET full_name = excluded.full_name || '!'")
  await write("INSERT OR REPLACE INTO users (id, display_name, email) VALUES (9, 'n9', 'x6')", "INSERT OR IGNORE INTO users (display_name, email) VALUES ('n5', 'x7')")
  // Writes that fire the triggers from within themselves come to the same.
  await write("PRAGMA recursive_triggers=ON; UPDATE users SET display_name = 'n10!' WHERE id = 10; UPDATE users SET full_name = 'n11!' WHERE id = 11")
  const after = "SELECT full_name, display_name, email FROM users WHERE id IN (3, 5, 9, 10, 11) ORDER BY id"
  assert.deepEqual(await all(after), [['N3!', 'N3!', 'e3'], ['n5', 'n5', 'x4'], ['n9', 'n9', 'x6'], ['n10!', 'n10!', 'e10'], ['n11!', 'n11!', 'e11']])

  await it.end()
  assert.deepEqual(proven(it), ['lossless exact', 'lossless exact', 'lossless exact'])
  assert.deepEqual(await all('SELECT display_name FROM users WHERE id <= 5 ORDER BY id'), [['to new'], ['to old'], ['N3!'], ['N4'], ['n5']])
  assert.deepEqual((await all("SELECT name, \"notnull\" FROM pragma_table_info('users') ORDER BY 1")), [['display_name', '1'], ['email', '1'], ['id', '1']])
  assert.deepEqual(await all("SELECT name FROM sqlite_master WHERE name LIKE 'unmigrate%' OR type = 'trigger'"), [])
  assert.deepEqual(await all('SELECT count(*) FROM notes JOIN users ON users.id = writer'), [['2399']])
  assert.deepEqual(await all('SELECT count(display_name) FROM named'), [['2402']])
  await write("INSERT INTO users (display_name, email) VALUES ('new alone', 'x8')")

  it.back()
  assert.deepEqual(await all('SELECT sum(full_name IS NOT display_name), count(*) FROM users'), [['0', '2403']])
  await write("UPDATE users SET display_name = 'to new again' WHERE id = 1", "INSERT INTO users (full_name, email) VALUES ('old again', 'x9')")
  await assert.rejects(write("INSERT INTO users (full_name, display_name, email) VALUES ('a', 'b', 'x3')"), /given different values/)
  it.back()
  assert.deepEqual(await catalog(it), before)
  assert.deepEqual(await all("SELECT full_name FROM users WHERE id <= 2 OR email IN ('x8', 'x9') ORDER BY id"), [['to new again'], ['to old'], ['new alone'], ['old again']])
  assert.deepEqual(await all('SELECT count(*) FROM notes'), [['2399']])
})

test('triggers, views and columns of all kinds go along', async (t) => {
  const it = await phased(t, {
    engine: 'sqlite',
    name: 'kinds',
    init: `CREATE TABLE log (what TEXT);
CREATE TABLE users (a TEXT NOT NULL, b INTEGER NOT NULL, full_name TEXT NOT NULL, long INTEGER GENERATED ALWAYS AS (length(full_name)) STORED, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
CREATE INDEX users_long ON users (long) WHERE full_name <> '';
CREATE VIEW named AS SELECT a, b, full_name FROM users;
CREATE TRIGGER trimmed AFTER UPDATE OF full_name ON users WHEN NEW.full_name <> trim(NEW.full_name) BEGIN UPDATE users SET full_name = trim(NEW.full_name) WHERE a = NEW.a AND b = NEW.b; END;
CREATE TRIGGER logged AFTER INSERT ON users BEGIN INSERT INTO log VALUES (NEW.a); END;
`,
    up: 'ALTER TABLE users RENAME COLUMN full_name TO display_name;\n',
    rows: ["INSERT INTO users (a, b, full_name) VALUES ('x', 1, 'one'), ('x', 2, 'two')"],
  })
  const { all, write } = it
  const before = await catalog(it)
  it.done('expand')
  await it.deploy(NAME)
  await write("UPDATE users SET full_name = ' old ' WHERE b = 1", "UPDATE users SET display_name = ' new ' WHERE b = 2")
  await write("INSERT INTO users (a, b, display_name) VALUES ('y', 1, 'by new')", "INSERT INTO users (a, b, full_name) VALUES ('y', 2, 'by old')")
  const both = [['old', 'old', '3'], ['new', 'new', '3'], ['by new', 'by new', '6'], ['by old', 'by old', '6']]
  assert.deepEqual(await all('SELECT full_name, display_name, long FROM users ORDER BY a, b'), both)
  await write("PRAGMA recursive_triggers=ON; UPDATE users SET display_name = ' n ' WHERE a = 'x' AND b = 1; UPDATE users SET full_name = ' o ' WHERE a = 'x' AND b = 2")
  assert.deepEqual(await all("SELECT full_name, display_name FROM users WHERE a = 'x' ORDER BY b"), [['n', 'n'], ['o', 'o']])
  it.done('backfill')
  await it.end()
  assert.deepEqual(proven(it), ['lossless exact', 'lossless exact', 'lossless exact'])
  assert.deepEqual(await all('SELECT display_name FROM named ORDER BY a, b'), [['n'], ['o'], ['by new'], ['by old']])
  await write("UPDATE users SET display_name = ' t ' WHERE a = 'x' AND b = 1", "INSERT INTO users (a, b, display_name) VALUES ('z', 1, 'z')")
  assert.deepEqual(await all("SELECT display_name, long FROM users WHERE a IN ('x', 'z') ORDER BY a, b"), [['t', '1'], ['o', '1'], ['z', '1']])
  assert.deepEqual((await all('SELECT what FROM log')).at(-1), ['z'])
  it.back()
  it.back()
  assert.deepEqual(await catalog(it), before)
  assert.deepEqual(await all('SELECT full_name FROM users ORDER BY a, b'), [['t'], ['o'], ['by new'], ['by old'], ['z']])
})

const AGES = 'CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "age" TEXT, "n" INTEGER NOT NULL);\nCREATE INDEX "users_n_idx" ON "users"("n");\n'
const rebuilt = (columns, into, from) => `PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" (${columns});
INSERT INTO "new_users" (${into}) SELECT ${from} FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
CREATE INDEX "users_n_idx" ON "users"("n");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`

test('a type changes, and nothing is converted in silence', async (t) => {
  const it = await phased(t, {
    engine: 'sqlite',
    name: 'typed',
    init: AGES,
    up: rebuilt('"id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "age" INTEGER, "n" TEXT NOT NULL', '"id", "age", "n"', '"id", "age", "n"'),
    rows: ["INSERT INTO users (age, n) VALUES ('41', 1), ('unknown', 2), (NULL, 3)"],
  })
  const { all, write } = it
  const before = await catalog(it)
  assert.match(it.run('expand').err, /--convert users\.age=<SQL expression>/)
  it.done('expand', '--convert', "users.age=CASE WHEN age GLOB '[0-9]*' THEN CAST(age AS INTEGER) WHEN age = 'unknown' THEN -1 END", '--convert-back', 'users.age=CAST(age AS TEXT)')
  await it.deploy(NAME)
  const seen = 'SELECT age, age_new, n, n_new, typeof(n_new) FROM users ORDER BY id'
  const first = [['41', '41', '1', '1', 'text'], ['unknown', '-1', '2', '2', 'text'], [null, null, '3', '3', 'text']]
  assert.deepEqual(await all(seen), first)
  await write("INSERT INTO users (age, n) VALUES ('17', 4)", "INSERT INTO users (age_new, n_new) VALUES (18, '5')")
  assert.deepEqual((await all(seen)).slice(3), [['17', '17', '4', '4', 'text'], ['18', '18', '5', '5', 'text']])
  // No fallback was asked for: a value that has none is an error, never NULL; what an old version can't read is one too.
  await assert.rejects(write("INSERT INTO users (age, n) VALUES ('many', 6)"), /a value of age can not be converted to INTEGER for age_new/)
  await assert.rejects(write("INSERT INTO users (n_new) VALUES ('six')"), /a value of n_new can not be kept as INTEGER for old versions, which read n/)
  await assert.rejects(write("INSERT INTO users (n_new) VALUES ('06')"), /can not be kept as INTEGER/)
  await assert.rejects(write("UPDATE users SET n_new = 'six' WHERE id = 1"), /can not be kept as INTEGER/)
  await assert.rejects(write("INSERT INTO users (age) VALUES ('6')"), /NOT NULL constraint failed: users\.n/)
  await assert.rejects(write("UPDATE users SET n_new = '6', n = 7 WHERE id = 1"), /given different values/)
  await write("UPDATE users SET n_new = '6', n = 6 WHERE id = 1")
  // A value of its own under each name: neither writes over the other where they stand for one another.
  await write('UPDATE users SET age_new = 42 WHERE id = 1', "UPDATE users SET age = '43' WHERE id = 4", 'UPDATE users SET age = age WHERE id = 2')
  await write('PRAGMA recursive_triggers=ON; UPDATE users SET age_new = 44 WHERE id = 5')
  const later = [['42', '42', '6', '6', 'text'], ['unknown', '-1', '2', '2', 'text'], [null, null, '3', '3', 'text'], ['43', '43', '4', '4', 'text'], ['44', '44', '5', '5', 'text']]
  assert.deepEqual(await all(seen), later)
  assert.match(it.run('contract').out, /closed +indexed: 1 index missing of users/)
  it.done('backfill')
  await it.end()
  assert.deepEqual(proven(it), ['lossless exact', 'lossless exact', 'lossy exact'])
  assert.deepEqual(await all('SELECT age, typeof(age), n, typeof(n) FROM users ORDER BY id LIMIT 2'), [['42', 'integer', '6', 'text'], ['-1', 'integer', '2', 'text']])
  it.back()
  // What the expression makes of it: the word is gone with the contract, and the rollback says so.
  assert.deepEqual(await all(seen), later.map((row) => (row[0] === 'unknown' ? ['-1', ...row.slice(1)] : row)))
  it.back()
  assert.deepEqual(await catalog(it), before)
  assert.deepEqual(await all('SELECT age, n, typeof(n) FROM users WHERE id = 5'), [['44', '5', 'integer']])
})

const [FIRST, LAST] = ["substr(full_name, 1, instr(full_name || ' ', ' ') - 1)", "nullif(substr(full_name, instr(full_name || ' ', ' ') + 1), '')"]

test('a column is taken apart, and put together again', async (t) => {
  const it = await phased(t, {
    engine: 'sqlite',
    name: 'parts',
    init: 'CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "full_name" TEXT NOT NULL, "n" INTEGER NOT NULL DEFAULT 0);\nCREATE INDEX "users_n_idx" ON "users"("n");\n',
    up: rebuilt('"id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "first" TEXT NOT NULL, "last" TEXT, "n" INTEGER NOT NULL DEFAULT 0', '"id", "n"', '"id", "n"'),
    rows: ["INSERT INTO users (full_name) VALUES ('Ada Lovelace'), ('Plato')"],
  })
  const { all, write } = it
  const before = await catalog(it)
  it.done('expand', '--convert', `users.first=${FIRST}`, '--convert', `users.last=${LAST}`, '--convert-back', "users.full_name=first || coalesce(' ' || last, '')")
  await it.deploy(NAME)
  await write("INSERT INTO users (full_name) VALUES ('Emmy Noether')", "INSERT INTO users (first, last) VALUES ('Mary Ann', 'Evans')", "INSERT INTO users (first) VALUES ('Sappho')")
  await write("UPDATE users SET last = 'Byron' WHERE id = 1", "UPDATE users SET full_name = 'Platon of Athens' WHERE id = 2")
  const seen = 'SELECT full_name, first, last FROM users ORDER BY id'
  const both = [['Ada Byron', 'Ada', 'Byron'], ['Platon of Athens', 'Platon', 'of Athens'], ['Emmy Noether', 'Emmy', 'Noether'], ['Mary Ann Evans', 'Mary Ann', 'Evans'], ['Sappho', 'Sappho', null]]
  assert.deepEqual(await all(seen), both)
  // What a new version has written stays as it wrote it, with triggers that fire from within themselves too.
  await write("PRAGMA recursive_triggers=ON; UPDATE users SET first = 'Mary Anne', last = 'Evans' WHERE id = 4; INSERT INTO users (first, last) VALUES ('Mary Ann', 'Shelley')")
  assert.deepEqual((await all(seen)).filter(([name]) => name.startsWith('Mary')), [['Mary Anne Evans', 'Mary Anne', 'Evans'], ['Mary Ann Shelley', 'Mary Ann', 'Shelley']])
  await assert.rejects(write('INSERT INTO users (n) VALUES (1)'), /NOT NULL constraint failed: users\.full_name/)
  await assert.rejects(write("UPDATE users SET first = NULL WHERE id = 1"), /NOT NULL constraint failed|gives none/)
  await assert.rejects(write("UPDATE users SET first = 'A', full_name = 'B C' WHERE id = 1"), /given different values/)
  it.done('backfill')
  await it.end()
  assert.deepEqual(proven(it), ['lossless exact', 'lossless exact', 'lossy exact'])
  assert.deepEqual(await all('SELECT first, last FROM users WHERE id IN (1, 4) ORDER BY id'), [['Ada', 'Byron'], ['Mary Anne', 'Evans']])
  await assert.rejects(write("INSERT INTO users (last) VALUES ('x')"), /NOT NULL constraint failed: users\.first/)
  it.back()
  await write("UPDATE users SET full_name = 'Ada Lovelace' WHERE id = 1")
  it.back()
  assert.deepEqual(await catalog(it), before)
  assert.deepEqual((await all('SELECT full_name FROM users ORDER BY id')).flat(), ['Ada Lovelace', 'Platon of Athens', 'Emmy Noether', 'Mary Anne Evans', 'Sappho', 'Mary Ann Shelley'])
})

test('a column becomes required', async (t) => {
  const it = await phased(t, {
    engine: 'sqlite',
    name: 'required',
    init: 'CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "bio" TEXT, "n" INTEGER);\nCREATE INDEX "users_n_idx" ON "users"("n");\n',
    up: rebuilt('"id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "bio" TEXT NOT NULL, "n" INTEGER', '"id", "bio", "n"', '"id", "bio", "n"'),
    rows: [`${numbers(1500)} INSERT INTO users (bio, n) SELECT CASE WHEN n % 2 THEN 'b' || n END, n FROM g`],
  })
  const { all, write } = it
  const before = await catalog(it)
  it.done('expand', '--fill', "users.bio='bio of ' || n")
  await it.deploy(NAME)
  await write('INSERT INTO users (n) VALUES (2000)', 'UPDATE users SET bio = NULL WHERE id = 1', "UPDATE users SET bio = 'mine' WHERE id = 2")
  await assert.rejects(write('INSERT INTO users (id) VALUES (2002)'), /NOT NULL constraint failed: users\.bio/)
  const seen = 'SELECT bio FROM users WHERE id IN (1, 2, 4) OR n = 2000 ORDER BY id'
  assert.deepEqual((await all(seen)).flat(), ['bio of 1', 'mine', null, 'bio of 2000'])
  assert.match(it.run('contract').out, /closed +backfilled: 749 rows of users whose bio is NULL/)
  assert.match(it.done('backfill', '--batch', '100', '--workers', '3', '--rest', '0'), /749 rows filled in 16 batches; nothing is left to do/)
  await it.end()
  assert.deepEqual(proven(it), ['lossless exact', 'lossless exact', 'lossless exact'])
  assert.deepEqual((await all(seen)).flat(), ['bio of 1', 'mine', 'bio of 4', 'bio of 2000'])
  await assert.rejects(write('INSERT INTO users (n) VALUES (2001)'), /NOT NULL constraint failed: users\.bio/)
  it.back()
  await write('INSERT INTO users (n) VALUES (2001)')
  it.back()
  assert.deepEqual(await catalog(it), before)
  assert.deepEqual(await all('SELECT bio FROM users WHERE n >= 2000'), [['bio of 2000'], ['bio of 2001']])
})

test('what was there before and can not be converted is told, and never NULL in silence', async (t) => {
  const it = await phased(t, {
    engine: 'sqlite',
    name: 'unfit',
    init: AGES.replace('"age" TEXT', '"age" TEXT NOT NULL'),
    up: rebuilt('"id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "age" INTEGER NOT NULL, "n" INTEGER NOT NULL', '"id", "age", "n"', '"id", "age", "n"'),
    rows: ["INSERT INTO users (age, n) VALUES ('41', 1), ('many', 2), ('none', 3)"],
  })
  it.done('expand', '--convert', "users.age=nullif(age, 'none')", '--convert-back', 'users.age=CAST(age AS TEXT)')
  await it.deploy(NAME)
  assert.match(it.run('backfill', '--status').out, /2 rows to do/)
  const stopped = it.run('backfill')
  assert.equal(stopped.code, 2)
  assert.match(stopped.out + stopped.err, /a value of age can not be converted to INTEGER for age_new/)
  assert.match(it.run('contract').out, /closed +backfilled: 2 rows of users/)
  await it.write("UPDATE users SET age = '0' WHERE age IN ('many', 'none')")
  it.done('backfill')
  await it.end()
  assert.deepEqual(await it.all('SELECT age, typeof(age) FROM users'), [['41', 'integer'], ['0', 'integer'], ['0', 'integer']])
})

test('expand --abort brings the migration back as it was', async (t) => {
  const it = await phased(t, { engine: 'sqlite', name: 'aborted', init: INIT, up: RENAME })
  it.done('expand', '--rename', 'users.full_name=display_name')
  it.done('expand', '--abort')
  assert.equal(readFileSync(join(it.cwd, 'prisma/migrations', NAME, 'migration.sql'), 'utf8'), RENAME)
})

test('with foreign keys on, in the transaction that Drizzle opens, nothing that refers to the table goes', async (t) => {
  const entries = (tags) => JSON.stringify({ version: '7', dialect: 'sqlite', entries: tags.map((tag, idx) => ({ idx, version: '6', when: 1770000000000 + idx, tag, breakpoints: true })) })
  const init = `CREATE TABLE \`users\` (\`id\` integer PRIMARY KEY NOT NULL, \`full_name\` text NOT NULL, \`boss\` integer REFERENCES users(id));
--> statement-breakpoint
CREATE TABLE \`notes\` (\`id\` integer PRIMARY KEY NOT NULL, \`writer\` integer REFERENCES users(id) ON DELETE set null, \`twice\` integer GENERATED ALWAYS AS (\`id\` * 2));
--> statement-breakpoint
CREATE TABLE \`tags\` (\`note\` integer NOT NULL REFERENCES notes(id) ON DELETE cascade);`
  const cwd = project(t, {
    'package.json': '{ "dependencies": { "better-sqlite3": "12", "drizzle-orm": "0.45" } }',
    'app.db': '',
    'drizzle/meta/_journal.json': entries(['0000_init', '0001_rename']),
    'drizzle/0000_init.sql': init,
    'drizzle/0001_rename.sql': 'ALTER TABLE `users` RENAME COLUMN "full_name" TO "display_name";',
  })
  const url = `file:${join(cwd, 'app.db')}`
  const run = (...args) => {
    const ran = unmigrate(cwd, args)
    assert.equal(ran.code, 0, `${args.join(' ')}\n${ran.out}${ran.err}`)
    return ran.out
  }
  const tags = () => JSON.parse(readFileSync(join(cwd, 'drizzle/meta/_journal.json'), 'utf8')).entries
  // As drizzle-orm 0.45 with better-sqlite3: one transaction, and foreign keys on.
  const deploy = async (tag) => {
    const sql = readFileSync(join(cwd, `drizzle/${tag}.sql`), 'utf8')
    const { when } = tags().find((entry) => entry.tag === tag)
    const hash = createHash('sha256').update(sql).digest('hex')
    await script(url, ['PRAGMA foreign_keys=ON; BEGIN', ...sql.split('--> statement-breakpoint'), `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('${hash}', ${when})`, 'COMMIT'].join(';\n'))
  }
  await script(url, 'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)')
  await deploy('0000_init')
  await script(url, "INSERT INTO users VALUES (1, 'a', NULL), (2, 'b', 1); INSERT INTO notes (id, writer) VALUES (10, 1), (11, 2); INSERT INTO tags VALUES (10), (11)")
  const all = async () => [await query(url, 'SELECT * FROM notes ORDER BY id'), await query(url, 'SELECT * FROM tags ORDER BY 1'), await query(url, 'SELECT id, boss FROM users ORDER BY 1')]
  const before = await all()
  run('expand', '--url', url)
  await deploy('0001_rename')
  assert.deepEqual(await all(), before)
  await script(url, "INSERT INTO users (id, display_name, boss) VALUES (3, 'c', 2)", 'DELETE FROM users WHERE id = 3')
  run('backfill', '--url', url)
  run('contract', '--url', url, '--skip-gate', 'compat', '--reason', 'no repository')
  await deploy(tags().at(-1).tag)
  assert.deepEqual(await all(), before)
  assert.deepEqual(await query(url, 'SELECT display_name FROM users'), [['a'], ['b']])
  assert.equal(JSON.parse(unmigrate(cwd, ['check', '--json']).out).findings.filter((found) => found.group === 'hazard').length, 0)
  const verified = JSON.parse(unmigrate(cwd, ['verify', '--json']).out).histories[0].migrations
  assert.deepEqual(verified.slice(1).map(({ grade, verdict }) => `${grade} ${verdict}`), ['lossless exact', 'lossless exact'])
  run('rollback', '--url', url, '--confirm', 'app.db', '--no-archive')
  run('rollback', '--url', url, '--confirm', 'app.db', '--no-archive')
  assert.deepEqual(await all(), before)
})

test('backfill finds every row, whatever tells them apart', async (t) => {
  const keys = {
    number: ['id INTEGER PRIMARY KEY', 'n * 7'],
    text: ["id TEXT NOT NULL PRIMARY KEY", "'it''s ' || n"],
    bytes: ['id BLOB NOT NULL PRIMARY KEY', "CAST(n || '\"' AS BLOB)"],
    several: ['id TEXT NOT NULL, k INTEGER NOT NULL, PRIMARY KEY (id, k)', "n % 7, n", ') WITHOUT ROWID'],
    none: ['id INTEGER', 'n % 3'],
    'one that may be NULL': ['id TEXT PRIMARY KEY', 'nullif(n % 400, 0)'],
  }
  for (const [name, [columns, values, end = ')']] of Object.entries(keys)) {
    const [own, ...constraints] = columns.split(', PRIMARY')
    const table = `${own}, o TEXT${constraints.map((c) => `, PRIMARY${c}`).join('')}`
    const it = await phased(t, {
      engine: 'sqlite',
      name: `keyed_${name.replaceAll(' ', '_')}`,
      init: `CREATE TABLE t (${table}${end};\n`,
      up: 'ALTER TABLE t RENAME COLUMN o TO x;\n',
      rows: [`${numbers(name === 'one that may be NULL' ? 399 : 1000)} INSERT INTO t (${name === 'several' ? 'id, k' : 'id'}, o) SELECT ${values}, 'v' || n FROM g`],
    })
    if (name === 'one that may be NULL') await it.write("INSERT INTO t (id, o) VALUES (NULL, 'v'), (NULL, 'w')")
    it.done('expand')
    await it.deploy(NAME)
    const out = it.done('backfill', '--batch', '64', '--workers', '3', '--rest', '0')
    assert.match(out, /nothing is left to do/, name)
    assert.deepEqual(await it.all('SELECT count(*) FROM t WHERE o IS NOT x OR x IS NULL'), [['0']], name)
  }
})
