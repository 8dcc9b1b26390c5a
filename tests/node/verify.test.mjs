import assert from 'node:assert/strict'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generate, verify } from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { example, project, root } from './projects.mjs'

/** A copy of an example with its rollbacks, that finds the packages of this checkout. */
function generated(t, name) {
  const cwd = example(t, name)
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction')
  assert.notEqual(unmigrate(cwd, ['generate']).code, 2)
  return cwd
}

const verdicts = (report) => report.histories[0].migrations.map((m) => m.verdict)

test('SQLite: every rollback is proven with rows in the tables, and remembered', (t) => {
  const cwd = generated(t, 'drizzle-tasks')
  const first = unmigrate(cwd, ['verify', '--json'])
  assert.equal(first.code, 0, first.out + first.err)
  const report = JSON.parse(first.out)
  assert.match(report.histories[0].engine, /^SQLite 3\./)
  assert.deepEqual(new Set(verdicts(report)), new Set(['exact']))
  assert.ok(report.histories[0].migrations.some((m) => m.rows.made > 0))
  assert.ok(report.histories[0].migrations.every((m) => !m.remembered))
  const evidence = join(cwd, 'drizzle/meta/_unmigrate.json')
  assert.equal(Object.keys(JSON.parse(readFileSync(evidence, 'utf8')).verified).length, verdicts(report).length)
  const again = JSON.parse(unmigrate(cwd, ['verify', '--json']).out)
  assert.ok(again.histories[0].migrations.every((m) => m.remembered))
  const fresh = JSON.parse(unmigrate(cwd, ['verify', '--json', '--fresh', '--last', '1']).out)
  assert.equal(fresh.histories[0].migrations.length, 1)
  assert.ok(!fresh.histories[0].migrations[0].remembered)
})

test('PostgreSQL in this process: as a function', async (t) => {
  const cwd = generated(t, 'prisma-shop')
  const report = await verify({ cwd, engine: 'pglite' })
  assert.match(report.histories[0].engine, /^PGlite \(PostgreSQL \d+/)
  assert.ok(verdicts(report).every((v) => v === 'exact' || v === 'approximate'), JSON.stringify(report))
})

test('a rollback that leaves something out is shown with its line, and exits 1', (t) => {
  const cwd = project(t, {
    'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE TABLE t (a integer PRIMARY KEY, b text);\nCREATE INDEX t_b ON t (b);\n',
    'prisma/migrations/2_b/migration.sql': 'DROP INDEX t_b;\nALTER TABLE t DROP COLUMN b;\n',
    'prisma/migrations/2_b/down.sql': '-- by hand\nALTER TABLE t ADD COLUMN b text;\n',
  })
  unmigrate(cwd, ['generate'])
  const done = unmigrate(cwd, ['verify', '--json'])
  assert.equal(done.code, 1)
  const [, second] = JSON.parse(done.out).histories[0].migrations
  assert.equal(second.verdict, 'differs')
  const [missing] = second.differences
  assert.match(missing.object, /t_b/)
  assert.equal(missing.file, 'prisma/migrations/2_b/migration.sql')
  assert.equal(missing.line, 1)
  assert.match(unmigrate(cwd, ['verify']).out, /t_b/)
})

test('a file that claims lossless and loses rows is the worst finding', (t) => {
  const cwd = project(t, {
    'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE TABLE t (a integer PRIMARY KEY, b text);\n',
    'prisma/migrations/2_b/migration.sql': 'CREATE INDEX t_b ON t (b);\n',
  })
  unmigrate(cwd, ['generate'])
  const down = join(cwd, 'prisma/migrations/2_b/down.sql')
  writeFileSync(down, readFileSync(down, 'utf8').replace('DROP INDEX', 'DELETE FROM t WHERE a IS NOT NULL;\nDROP INDEX'))
  const done = unmigrate(cwd, ['verify', '--json'])
  assert.equal(done.code, 1)
  const [, second] = JSON.parse(done.out).histories[0].migrations
  assert.equal(second.grade, 'lossless')
  assert.equal(second.verdict, 'rowsDiffer')
  assert.ok(second.gaps[0].count > 0)
})

test('a sequence that counts from its start again is seen, unless the file says so', async (t) => {
  const cwd = project(t, {
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE SEQUENCE s; CREATE SEQUENCE r; CREATE TABLE t (id serial PRIMARY KEY);\n',
    'prisma/migrations/2_b/migration.sql': 'DROP SEQUENCE s;\n',
    'prisma/migrations/3_c/migration.sql': 'ALTER SEQUENCE r RESTART;\n',
    'prisma/migrations/4_d/migration.sql': 'DROP SEQUENCE r;\n',
    'prisma/migrations/4_d/down.sql': '-- by hand\nCREATE SEQUENCE r;\n',
  })
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction')
  unmigrate(cwd, ['generate'])
  const report = await verify({ cwd, engine: 'pglite' })
  assert.deepEqual(verdicts(report), ['exact', 'exact', 'exact', 'differs'])
  const [, lossy, set, hand] = report.histories[0].migrations
  assert.deepEqual([lossy.grade, set.grade], ['lossy', 'lossless'])
  assert.deepEqual(hand.differences.map((d) => [d.object, d.before, d.after]), [['sequence r', 'had given 1', 'continues at 1, and gives it again']])
})

test('what another runner reads is judged too', (t) => {
  const cwd = project(t, {
    'm/1.sql': '-- +migrate Up\nCREATE TABLE t (a integer);\n-- +migrate Down\nDROP TABLE t;\n',
    'm/2.sql': '-- +migrate Up\nALTER TABLE t ADD COLUMN b text;\n-- +migrate Down\nSELECT 1;\n',
  })
  const report = JSON.parse(unmigrate(cwd, ['verify', '--plain', 'm', '--dialect', 'sqlite', '--json']).out)
  assert.equal(report.histories[0].tool, 'plain')
  assert.deepEqual(verdicts(report), ['exact', 'differs'])
  assert.ok(!existsSync(join(cwd, 'm/unmigrate.json')), 'nothing is written among files of another runner')
})

test('without an engine nothing is called proven', (t) => {
  const cwd = project(t, {
    'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE TABLE t (a int);\n',
  })
  unmigrate(cwd, ['generate'])
  const done = unmigrate(cwd, ['verify', '--json'])
  assert.equal(done.code, 1)
  const report = JSON.parse(done.out)
  assert.deepEqual(verdicts(report), ['unverified'])
  assert.equal(report.histories[0].engine, null)
  assert.deepEqual(report.problems.map((p) => p.code), ['no-engine'])
})

test('what can’t be read is observed, and a machine without an engine writes the same', async (t) => {
  const cwd = project(t, {
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE TABLE t (a int);\n',
    'prisma/migrations/2_b/migration.sql': "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN b int', trim('t')); END $$;\n",
  })
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction')
  assert.equal((await generate({ cwd, check: true })).histories[0].migrations[1].grade, 'manual')
  const observed = (await generate({ cwd, observe: true, engine: 'pglite' })).histories[0].migrations[1]
  assert.deepEqual([observed.grade, observed.state], ['lossless', 'written'])
  const down = readFileSync(join(cwd, observed.down), 'utf8')
  assert.match(down, /^-- What line 1 does was observed on PGlite/m)
  assert.match(down, /ALTER TABLE "t" DROP COLUMN "b";/)
  const without = (await generate({ cwd, check: true })).histories[0].migrations[1]
  assert.deepEqual([without.grade, without.state], ['lossless', 'unchanged'])
})
