// The schema beside a migration that is written in phases: shown, edited release by release, and left alone where it can't be told.
// What the real tools make of the texts is in tests/node/tools.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { contract, expand, plan } from '../../index.js'
import { unmigrate } from './cli.mjs'
import { project } from './projects.mjs'

const NAME = '20260102000000_rename'
const SKIPPED = { skipGate: ['backfilled', 'indexed', 'compat', 'statements'], reason: 'nothing is deployed' }
const RENAME = { notApplied: true, rename: ['users.full_name=display_name'] }

function committed(t, files) {
  const cwd = project(t, { 'package.json': '{}', ...files })
  const git = (...args) => assert.equal(spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd }).status, 0)
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  return cwd
}

const model = (...lines) => `model User {\n  id Int @id\n${lines.map((l) => `  ${l}\n`).join('')}\n  a Int?\n  b Int?\n  c Int?\n\n  @@map("users")\n}\n`

function renamed(t) {
  const cwd = committed(t, {
    'prisma/schema.prisma': model('fullName String @map("full_name")'),
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20260101000000_init/migration.sql': 'CREATE TABLE "users" ("id" INTEGER NOT NULL, "full_name" TEXT NOT NULL, "a" INTEGER, "b" INTEGER, "c" INTEGER, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
  })
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  writeFileSync(join(cwd, 'prisma/migrations', NAME, 'migration.sql'), 'ALTER TABLE "users" DROP COLUMN "full_name", ADD COLUMN "display_name" TEXT NOT NULL;\n')
  const path = join(cwd, 'prisma/schema.prisma')
  const last = model('displayName String @map("display_name")')
  writeFileSync(path, last)
  return { cwd, last, read: () => readFileSync(path, 'utf8'), edit: (of, to) => writeFileSync(path, readFileSync(path, 'utf8').replace(of, to)) }
}

test('each release is shown, and edits what others have edited since', async (t) => {
  const { cwd, last, read, edit } = renamed(t)
  const shown = await expand({ cwd, ...RENAME })
  assert.deepEqual([shown.schema.files, shown.schema.why], [[], undefined])
  assert.match(shown.schema.diff, /^\+ {2}fullName String @map\("full_name"\)$/m)
  assert.equal(read(), last, 'without write it is only shown')
  const planned = await plan({ cwd })
  assert.deepEqual(planned.schema.map((s) => s.release), ['expand', 'code', 'contract'])
  assert.match(unmigrate(cwd, ['plan', '--diff']).out, /the schema with code\n[^]*\+ {2}fullName String @map\("full_name"\) @default\(dbgenerated\(\)\) @ignore/)

  const first = await expand({ cwd, release: 'expand', write: true })
  assert.deepEqual([first.schema.file, first.written], ['prisma/schema.prisma', ['prisma/schema.prisma']])
  const both = model('fullName String @map("full_name")', 'displayName String? @map("display_name")')
  assert.equal(read(), both)
  edit('  c Int?\n', '  c Int?\n  others Int?\n')
  await expand({ cwd, release: 'code', write: true })
  assert.match(read(), /fullName String @map\("full_name"\) @default\(dbgenerated\(\)\) @ignore/)
  const ended = await contract({ cwd, ...SKIPPED, write: true })
  assert.deepEqual([ended.schema.file, ended.schema.why], ['prisma/schema.prisma', undefined])
  assert.equal(read(), last.replace('  c Int?\n', '  c Int?\n  others Int?\n'))
})

test('the release of the contract comes without that of the code', async (t) => {
  const { cwd, last, read, edit } = renamed(t)
  await expand({ cwd, ...RENAME, write: true })
  edit('  c Int?\n', '  c Int?\n  others Int?\n')
  await contract({ cwd, ...SKIPPED, write: true })
  assert.equal(read(), last.replace('  c Int?\n', '  c Int?\n  others Int?\n'))
})

test('where others have edited the same lines, they stay', async (t) => {
  const { cwd, read, edit } = renamed(t)
  await expand({ cwd, ...RENAME, write: true })
  edit('fullName String', 'fullName  String')
  const theirs = read()
  const code = await expand({ cwd, release: 'code', write: true })
  assert.match(code.schema.why, /prisma\/schema\.prisma was edited since, and is left as it is/)
  const aborted = await expand({ cwd, abort: true, notApplied: true })
  assert.match(aborted.schema.why, /was edited since/)
  assert.equal(read(), theirs)
})

test('with Drizzle, what can not be told is for a person, and nothing is edited', (t) => {
  const table = (column) => `import { pgTable, serial, text } from 'drizzle-orm/pg-core'\nexport const users = pgTable('users', { id: serial().primaryKey(), ${column} })\n`
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
  const through = (config, file = 'schema.ts') => {
    const cwd = committed(t, {
      'drizzle.config.ts': config,
      [file]: table("fullName: text('full_name').notNull()"),
      'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries: [entry(0, '0000_init'), entry(1, '0001_rename')] }),
      'drizzle/meta/0000_snapshot.json': snapshot(first, none, 'full_name'),
      'drizzle/meta/0001_snapshot.json': snapshot(second, first, 'display_name'),
      'drizzle/0000_init.sql': 'CREATE TABLE "users" ("id" serial PRIMARY KEY NOT NULL, "full_name" text NOT NULL);\n',
    })
    writeFileSync(join(cwd, 'drizzle/0001_rename.sql'), 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";\n')
    writeFileSync(join(cwd, file), table("displayName: text('display_name').notNull()"))
    const done = unmigrate(cwd, ['expand', '--not-applied', '--write', '--json'])
    assert.equal(done.code, 0, done.err)
    return { cwd, config: readFileSync(join(cwd, 'drizzle.config.ts'), 'utf8'), schema: JSON.parse(done.out).schema }
  }
  const of = (schema) => `export default { dialect: 'postgresql', out: './drizzle', schema: ${schema} }\n`
  const cases = [
    ["['./schema.ts', './more.ts']", /its config names several files as the schema/],
    ["'./src/*.ts'", /`\.\/src\/\*\.ts` in its config is no file/],
    ["'.' + '/schema.ts'", /the path of the schema is made by the config/],
    ["'./schema.ts', casing: 'camelCase'", /what the casing camelCase makes of keys is not known here/],
  ]
  for (const [said, why] of cases) {
    const { cwd, config, schema } = through(of(said))
    assert.match(schema.why, why)
    assert.deepEqual([schema.files, schema.diff, config], [[], null, of(said)])
    assert.ok(!existsSync(join(cwd, 'schema.kit.ts')))
  }
  const { cwd, config, schema } = through(of("'./schema.ts'"))
  assert.deepEqual(schema.files, ['schema.kit.ts', 'drizzle.config.ts'])
  assert.equal(config, of("'./schema.kit.ts'"))
  // What somebody has written into it is not thrown away.
  writeFileSync(join(cwd, 'schema.kit.ts'), `${readFileSync(join(cwd, 'schema.kit.ts'), 'utf8')}// more\n`)
  const aborted = JSON.parse(unmigrate(cwd, ['expand', '--abort', '--not-applied', '--json']).out)
  assert.match(aborted.schema.why, /schema\.kit\.ts was edited since, and is left as it is/)
  assert.deepEqual(aborted.schema.files, ['drizzle.config.ts'])
  assert.ok(existsSync(join(cwd, 'schema.kit.ts')))
})
