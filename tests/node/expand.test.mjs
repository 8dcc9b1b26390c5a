// Expand, backfill and contract from end to end, on PostgreSQL: files and the database, phase by phase and back.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from './cli.mjs'
import { emptied, prisma, query, script } from './deployed.mjs'
import { project, root } from './projects.mjs'

const INIT = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "full_name" TEXT NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_full_name_key" ON "users"("full_name");
`
const RENAME = `-- DropIndex
DROP INDEX "users_full_name_key";

-- AlterTable
ALTER TABLE "users" DROP COLUMN "full_name",
ADD COLUMN     "display_name" TEXT NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "users_display_name_key" ON "users"("display_name");
`
const NAME = '20260102000000_rename'

/** Deploys a migration of Prisma's folder as Prisma does: one message, then its row. */
async function deploy({ cwd, url }, name) {
  const sql = readFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), 'utf8')
  const checksum = createHash('sha256').update(sql).digest('hex')
  await script(url, sql, `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
    VALUES ('${randomUUID()}', '${checksum}', clock_timestamp(), '${name}', clock_timestamp(), 1)`)
}

async function expanded(t, name) {
  const { url, database } = await emptied(t, 'postgres', name)
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, { '20260101000000_init': INIT })
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  writeFileSync(join(cwd, 'prisma/migrations', NAME, 'migration.sql'), RENAME)
  const run = (...args) => unmigrate(cwd, [...args, '--url-env', 'APP_URL'], { env: { APP_URL: url } })
  return { url, database, cwd, run }
}

test('a rename in phases and back, with its values', async (t) => {
  const it = await expanded(t, 'expand')
  const { url, cwd, run } = it
  const names = async (columns, where = 'true') => query(url, `SELECT ${columns} FROM users WHERE ${where} ORDER BY id`)
  await script(url, "INSERT INTO users (full_name, email) SELECT 'n' || g, 'e' || g FROM generate_series(1, 2500) g")

  const asked = run('expand')
  assert.equal(asked.code, 1, asked.err)
  assert.match(asked.err, /`users\.full_name` is dropped and `display_name`, of the same type, is added: is that a rename\?/)
  assert.match(asked.err, /--rename users\.full_name=display_name/)
  assert.equal(readFileSync(join(cwd, `prisma/migrations/${NAME}/migration.sql`), 'utf8'), RENAME)

  const done = run('expand', '--rename', 'users.full_name=display_name')
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /release 1: deploy 20260102000000_rename/)
  const inFolder = readdirSync(join(cwd, 'prisma/migrations')).sort()
  assert.deepEqual(inFolder, ['20260101000000_init', NAME, 'migration_lock.toml'], 'the contract is no migration yet')
  assert.ok(existsSync(join(cwd, `unmigrate/expand/${NAME}/contract.sql`)))
  await deploy(it, NAME)

  // Both shapes write, and both are read.
  await script(url, "INSERT INTO users (full_name, email) VALUES ('by old', 'x1')", "INSERT INTO users (display_name, email) VALUES ('by new', 'x2')")
  await script(url, "UPDATE users SET display_name = 'to new' WHERE id = 1", "UPDATE users SET full_name = 'to old' WHERE id = 2")
  await assert.rejects(script(url, "INSERT INTO users (full_name, display_name, email) VALUES ('a', 'b', 'x3')"), /given different values/)
  assert.deepEqual(await names('full_name, display_name', "id <= 2 OR email LIKE 'x%'"), [
    ['to new', 'to new'], ['to old', 'to old'], ['by old', 'by old'], ['by new', 'by new'],
  ])

  const early = run('contract')
  assert.equal(early.code, 1, early.out)
  assert.match(early.out, /closed +backfilled: 2498 rows of users/)
  const status = run('backfill', '--status')
  assert.match(status.out, /2498 rows to do/)
  assert.equal(status.code, 1)
  const filled = run('backfill', '--batch', '100', '--workers', '3', '--rest', '0')
  assert.equal(filled.code, 0, filled.err + filled.out)
  assert.match(filled.out, /2498 rows filled in 26 batches; nothing is left to do/)
  assert.match(filled.out, /index users_display_name_key made/)
  const again = run('backfill')
  assert.match(again.out, /0 rows filled in 0 batches; nothing is left to do/)
  assert.deepEqual(await query(url, "SELECT count(*) FROM users WHERE full_name IS DISTINCT FROM display_name"), [['0']])

  const written = run('contract', '--json')
  assert.equal(written.code, 0, written.out)
  const { contract } = JSON.parse(written.out)
  await deploy(it, contract)
  assert.deepEqual(await names('display_name', 'id <= 2'), [['to new'], ['to old']])
  const shape = async () => query(url, `SELECT a.attname, a.attnotnull FROM pg_attribute a WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY 1`)
  assert.deepEqual(await shape(), [['display_name', 't'], ['email', 't'], ['id', 't']])
  const indexes = await query(url, "SELECT indexname FROM pg_indexes WHERE tablename = 'users' ORDER BY 1")
  assert.deepEqual(indexes, [['users_display_name_key'], ['users_pkey']])

  // And back, each phase with what was written since.
  await script(url, "UPDATE users SET display_name = 'late' WHERE id = 3")
  const back = () => unmigrate(cwd, ['rollback', '--url-env', 'APP_URL', '--confirm', it.database, '--no-archive'], { env: { APP_URL: url } })
  const first = back()
  assert.equal(first.code, 0, first.err + first.out)
  assert.deepEqual(await names('full_name, display_name', 'id <= 3'), [['to new', 'to new'], ['to old', 'to old'], ['late', 'late']])
  await script(url, "UPDATE users SET display_name = 'both' WHERE id = 1")
  assert.deepEqual(await names('full_name, display_name', 'id = 1'), [['both', 'both']])
  const second = back()
  assert.equal(second.code, 0, second.err + second.out)
  assert.deepEqual(await names('full_name', 'id <= 3'), [['both'], ['to old'], ['late']])
  assert.deepEqual(await shape(), [['email', 't'], ['full_name', 't'], ['id', 't']])
})

test('what has run is not changed, and what has not is put back', async (t) => {
  const it = await expanded(t, 'expand_abort')
  const { cwd, run } = it
  const up = join(cwd, `prisma/migrations/${NAME}/migration.sql`)
  const rename = ['expand', '--rename', 'users.full_name=display_name']
  assert.equal(run(...rename).code, 0)
  assert.notEqual(readFileSync(up, 'utf8'), RENAME)
  assert.match(run(...rename).err, /is expanded already/)
  const aborted = run('expand', '--abort')
  assert.equal(aborted.code, 0, aborted.err)
  assert.equal(readFileSync(up, 'utf8'), RENAME)
  assert.ok(!existsSync(join(cwd, `unmigrate/expand/${NAME}`)))
  assert.equal(run(...rename).code, 0)
  await deploy(it, NAME)
  const late = run('expand', '--abort')
  assert.equal(late.code, 1)
  assert.match(late.err, /is applied \(this database says so\)/)
})

test('each phase is proven with rows, and the contract gives back what it drops', async (t) => {
  const { url } = await emptied(t, 'postgres', 'expand_scratch')
  const cwd = project(t, {
    'package.json': '{}',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101000000_init/migration.sql': INIT,
    [`prisma/migrations/${NAME}/migration.sql`]: RENAME,
  })
  assert.equal(unmigrate(cwd, ['expand', '--rename', 'users.full_name=display_name', '--not-applied']).code, 0)
  assert.equal(unmigrate(cwd, ['contract', '--skip-gate', 'backfilled', '--reason', 'nothing is deployed']).code, 0)
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const proven = unmigrate(cwd, ['verify', '--json', '--engine', 'server', '--scratch-url-env', 'SCRATCH'], { env: { SCRATCH: url } })
  const [history] = JSON.parse(proven.out).histories
  assert.deepEqual(history.migrations.map((m) => m.verdict), ['exact', 'exact', 'exact'], proven.err)
  assert.deepEqual(history.migrations.map((m) => m.grade), ['lossless', 'lossless', 'lossless'])
})

test('a column becomes required while old versions write NULL', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 'expand_required')
  const init = 'CREATE TABLE "users" ("id" SERIAL NOT NULL, "bio" TEXT, "email" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n'
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, { '20260101000000_init': init })
  const it = { cwd, url }
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  const up = join(cwd, 'prisma/migrations', NAME, 'migration.sql')
  writeFileSync(up, '-- AlterTable\nALTER TABLE "users" ALTER COLUMN "bio" SET NOT NULL;\n')
  await script(url, "INSERT INTO users (bio, email) VALUES (NULL, 'a'), ('b', 'b'), (NULL, NULL)")
  const run = (...args) => unmigrate(cwd, [...args, '--url-env', 'APP_URL'], { env: { APP_URL: url } })
  const bios = () => query(url, 'SELECT bio FROM users ORDER BY id')

  const asked = run('expand')
  assert.equal(asked.code, 1)
  assert.match(asked.err, /--fill users\.bio=<SQL expression>/)
  const done = run('expand', '--fill', "users.bio=coalesce(email, 'none')")
  assert.equal(done.code, 0, done.err)
  await deploy(it, NAME)
  // An old version goes on as it did.
  await script(url, "INSERT INTO users (email) VALUES ('d')", 'UPDATE users SET bio = NULL WHERE id = 2')
  assert.deepEqual(await bios(), [[null], ['b'], [null], ['d']])
  assert.match(run('contract').out, /closed +backfilled: 2 rows of users whose bio is NULL/)
  assert.equal(run('backfill').code, 0)
  assert.deepEqual(await bios(), [['a'], ['b'], ['none'], ['d']])
  const written = JSON.parse(run('contract', '--json').out)
  await deploy(it, written.contract)
  await assert.rejects(script(url, 'INSERT INTO users (bio) VALUES (NULL)'), /null value in column "bio"/)
  const left = () => query(url, "SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), (SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'users'::regclass)")
  assert.deepEqual(await left(), [['0', '0']])

  const back = () => run('rollback', '--confirm', database, '--no-archive')
  assert.equal(back().code, 0)
  await script(url, "INSERT INTO users (email) VALUES ('e')")
  assert.deepEqual(await left(), [['1', '1']])
  assert.equal(back().code, 0)
  await script(url, 'INSERT INTO users (email) VALUES (NULL)')
  assert.deepEqual(await bios(), [['a'], ['b'], ['none'], ['d'], ['e'], [null]])
})

test('schema.prisma is edited for the time of both shapes, where it can be told how', async (t) => {
  const model = (...lines) => `generator client {\n  provider = "prisma-client-js"\n}\n\nmodel User {\n  id Int @id @default(autoincrement())\n${lines.map((l) => `  ${l}\n`).join('')}\n  @@map("users")\n}\n`
  const before = model('fullName String @unique(map: "users_full_name_key") @map("full_name")', 'email String')
  const after = model('displayName String @unique(map: "users_display_name_key") @map("display_name")', 'email String')
  const cwd = project(t, {
    'package.json': '{}',
    'prisma/schema.prisma': before,
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101000000_init/migration.sql': INIT,
  })
  const git = (...args) => {
    const ran = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' })
    assert.equal(ran.status, 0, ran.stderr)
  }
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  const schema = join(cwd, 'prisma/schema.prisma')
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  writeFileSync(join(cwd, 'prisma/migrations', NAME, 'migration.sql'), RENAME)
  writeFileSync(schema, after)
  const done = unmigrate(cwd, ['expand', '--rename', 'users.full_name=display_name', '--not-applied', '--write'])
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /wrote prisma\/schema\.prisma/)
  assert.match(done.out, /\+ {2}fullName String @unique\(map: "users_full_name_key"\) @map\("full_name"\)/)
  const both = model('fullName String @unique(map: "users_full_name_key") @map("full_name")', 'displayName String? @map("display_name")', 'email String')
  assert.equal(readFileSync(schema, 'utf8'), both)
  const aborted = unmigrate(cwd, ['expand', '--abort', '--not-applied'])
  assert.equal(aborted.code, 0, aborted.err)
  assert.equal(readFileSync(schema, 'utf8'), after)

  // Where the commit knows no other text, a person edits it.
  git('add', '.')
  git('commit', '-qm', 'two')
  writeFileSync(schema, before)
  const unknown = JSON.parse(unmigrate(cwd, ['expand', '--rename', 'users.full_name=display_name', '--not-applied', '--write', '--json']).out)
  assert.match(unknown.schema.why, /has no schema that differs from what is there/)
  assert.equal(readFileSync(schema, 'utf8'), before)
})

/** The blocks of a section of the README, by their language. */
function example(tool) {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const section = text.split(`### With ${tool}\n`)[1].split('\n## ')[0].split('\n### ')[0]
  const block = (word) => section.split('```' + word + '\n')[1].split('```')[0]
  return { sql: block('sql'), commands: block('sh').trim().split('\n').map((line) => line.replace(/^\$ npx /, '')) }
}

const ROWS = "INSERT INTO users (full_name) VALUES ('Ada'), ('Alan')"

/** Runs the commands as they are written; `deploy` stands for the tool's own, which the tests of the tools run. */
async function followed(cwd, url, commands, deploy) {
  for (const command of commands) {
    const [name, ...args] = command.split(' ')
    if (name !== 'unmigrate') {
      await deploy()
      continue
    }
    const done = unmigrate(cwd, args, { env: { DATABASE_URL: url } })
    assert.equal(done.code, 0, `${command}\n${done.out}${done.err}`)
  }
  assert.deepEqual(await query(url, 'SELECT display_name FROM users ORDER BY id'), [['Ada'], ['Alan']])
  await assert.rejects(query(url, 'SELECT full_name FROM users'), /full_name/)
}

test('the worked example with Prisma, as it is written', async (t) => {
  const { url } = await emptied(t, 'postgres', 'expand_prisma')
  const init = INIT.split(';')[0].replace(' "email" TEXT NOT NULL,', '') + ';\n'
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, { '20260101000000_init': init })
  await script(url, ROWS)
  const { sql, commands } = example('Prisma')
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  writeFileSync(join(cwd, 'prisma/migrations', NAME, 'migration.sql'), sql)
  const applied = new Set(['20260101000000_init'])
  await followed(cwd, url, commands, async () => {
    for (const name of readdirSync(join(cwd, 'prisma/migrations')).filter((n) => /^\d/.test(n) && !applied.has(n)).sort()) {
      await deploy({ cwd, url }, name)
      applied.add(name)
    }
  })
})

test('the worked example with Drizzle, as it is written', async (t) => {
  const { url } = await emptied(t, 'postgres', 'expand_drizzle')
  const { sql, commands } = example('Drizzle')
  const snapshot = (id, prevId, column) => JSON.stringify({
    id, prevId, version: '7', dialect: 'postgresql',
    tables: { 'public.users': { name: 'users', schema: '', columns: {
      id: { name: 'id', type: 'serial', primaryKey: true, notNull: true },
      [column]: { name: column, type: 'text', primaryKey: false, notNull: true },
    }, indexes: {}, foreignKeys: {}, compositePrimaryKeys: {}, uniqueConstraints: {}, policies: {}, checkConstraints: {}, isRLSEnabled: false } },
    enums: {}, schemas: {}, sequences: {}, roles: {}, policies: {}, views: {}, _meta: { columns: {}, schemas: {}, tables: {} },
  })
  const [none, first, second] = ['0', '1', '2'].map((n) => `${n.repeat(8)}-0000-4000-8000-000000000000`)
  const entry = (idx, tag) => ({ idx, version: '7', when: 1770000000000 + idx, tag, breakpoints: true })
  const cwd = project(t, {
    'package.json': '{}',
    'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries: [entry(0, '0000_init'), entry(1, '0001_rename')] }),
    'drizzle/meta/0000_snapshot.json': snapshot(first, none, 'full_name'),
    'drizzle/meta/0001_snapshot.json': snapshot(second, first, 'display_name'),
    'drizzle/0000_init.sql': 'CREATE TABLE "users" ("id" serial PRIMARY KEY NOT NULL, "full_name" text NOT NULL);\n',
    'drizzle/0001_rename.sql': sql,
  })
  await script(url, 'CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)')
  const read = (path) => readFileSync(join(cwd, path), 'utf8')
  // As drizzle-orm 0.45: all that is pending in one transaction, split at the breakpoints.
  const migrate = async (upTo = Infinity) => {
    const [[last]] = await query(url, 'SELECT coalesce(max(created_at), 0) FROM drizzle.__drizzle_migrations')
    const due = JSON.parse(read('drizzle/meta/_journal.json')).entries.filter((e) => e.when > Number(last) && e.idx <= upTo)
    const texts = due.flatMap(({ tag, when }) => {
      const sql = read(`drizzle/${tag}.sql`)
      const hash = createHash('sha256').update(sql).digest('hex')
      return [...sql.split('--> statement-breakpoint'), `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${hash}', ${when})`]
    })
    await script(url, 'BEGIN', ...texts, 'COMMIT')
  }
  await migrate(0)
  await script(url, ROWS)
  await followed(cwd, url, commands, () => migrate())
  const columns = (n) => JSON.parse(read(`drizzle/meta/000${n}_snapshot.json`)).tables['public.users'].columns
  assert.deepEqual(Object.keys(columns(1)).sort(), ['display_name', 'full_name', 'id'])
  assert.equal(columns(1).display_name.notNull, false)
  assert.deepEqual(Object.keys(columns(2)).sort(), ['display_name', 'id'])
  const chain = [1, 2].map((n) => JSON.parse(read(`drizzle/meta/000${n}_snapshot.json`)))
  assert.equal(chain[1].prevId, chain[0].id)
})
