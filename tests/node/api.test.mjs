import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import * as esm from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { example, folder, project, root } from './projects.mjs'

const cjs = createRequire(import.meta.url)('unmigrate')

test('ESM and CommonJS give the same functions', () => {
  for (const name of ['generate', 'status', 'inspect', 'explain']) {
    assert.equal(typeof esm[name], 'function')
    assert.equal(esm[name], cjs[name])
  }
})

test('generate and status return what --json prints', async (t) => {
  const cwd = example(t, 'prisma-shop')
  const before = await esm.status({ cwd })
  assert.deepEqual(before, JSON.parse(unmigrate(cwd, ['--json']).out))
  assert.equal(before.version, 1)
  const [history] = before.histories
  assert.equal(history.tool, 'prisma')
  assert.equal(history.dialect, 'postgresql')
  assert.equal(history.dir, 'prisma/migrations')
  assert.deepEqual(new Set(history.migrations.map((m) => m.state)), new Set(['missing']))

  const report = await esm.generate({ cwd })
  assert.deepEqual(new Set(report.histories[0].migrations.map((m) => m.state)), new Set(['written']))
  for (const { down, up } of report.histories[0].migrations) {
    assert.ok(existsSync(join(cwd, down)), down)
    assert.ok(existsSync(join(cwd, up)), up)
  }
  assert.deepEqual(await esm.generate({ cwd }), JSON.parse(unmigrate(cwd, ['generate', '--json']).out))
})

test('check writes nothing, and says what would be written', async (t) => {
  const cwd = example(t, 'drizzle-tasks')
  const report = await esm.generate({ cwd, check: true })
  assert.ok(report.histories[0].migrations.every((m) => m.state === 'missing' && !existsSync(join(cwd, m.down))))
})

test('options without a value count as left out', async (t) => {
  const cwd = example(t, 'drizzle-tasks')
  const all = await esm.status({ cwd, only: undefined, dirs: null, tool: undefined })
  assert.equal(all.histories[0].migrations.length, 6)
  const one = await esm.status({ cwd, only: ['0001_add_labels'] })
  assert.deepEqual(one.histories[0].migrations.map((m) => m.name), ['0001_add_labels'])
})

test('a slip in an option is refused: check must not be missed', async (t) => {
  const cwd = example(t, 'drizzle-tasks')
  await assert.rejects(esm.generate({ cwd, chekc: true }), (error) => {
    assert.ok(error instanceof Error)
    assert.equal(error.code, 'invalid-option')
    assert.match(error.message, /chekc/)
    return true
  })
  await assert.rejects(esm.generate({ cwd, dirs: 'drizzle' }), { code: 'invalid-option' })
  assert.ok(!existsSync(join(cwd, 'drizzle/0000_init.down.sql')))
})

test('errors carry a code and what to do', async (t) => {
  const cwd = folder(t)
  await assert.rejects(esm.status({ cwd }), (error) => {
    assert.match(error.code, /^[a-z-]+$/)
    assert.ok(error.help)
    assert.match(error.stack, /api\.test\.mjs/, 'the stack leads to the caller')
    return true
  })
  await assert.rejects(esm.status({ cwd, tool: 'knex' }), { code: 'unknown-tool' })
  assert.throws(() => esm.inspect('SELECT 1', { dialect: 'oracle' }), { code: 'unknown-dialect' })
})

test('inspect reads SQL without a file', () => {
  const found = esm.inspect('-- new\nCREATE TABLE b (id int);\nDROP TABLE a;', {
    dialect: 'postgresql',
    before: 'CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL);',
  })
  assert.equal(found.version, 1)
  assert.equal(found.dialect, 'postgresql')
  assert.deepEqual(found.statements.map((s) => [s.line, s.sql]), [[2, 'CREATE TABLE b (id int)'], [3, 'DROP TABLE a']])
  assert.equal(found.statements[1].start, 32)
  assert.equal(typeof found.rollback, 'string')
})

test('explain gives a page or null', () => {
  assert.match(esm.explain('lossless'), /rows?/)
  assert.equal(esm.explain('frobnicate'), null)
})

test('the API prints nothing and leaves the process alone', (t) => {
  const cwd = example(t, 'drizzle-v1-tasks')
  const script = `
    import { generate, status, inspect, explain } from 'unmigrate'
    await generate({ cwd: ${JSON.stringify(cwd)} })
    await status({ cwd: ${JSON.stringify(cwd)} })
    await status({ cwd: '/does/not/exist' }).catch(() => {})
    inspect('SELECT (', { dialect: 'postgresql' })
    explain('lossy')
    process.exitCode = 7`
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })
  assert.deepEqual([done.stdout, done.stderr, done.status], ['', '', 7])
})

test('many calls at once', async (t) => {
  const cwd = example(t, 'prisma-shop')
  await esm.generate({ cwd })
  const reports = await Promise.all(Array.from({ length: 20 }, () => esm.status({ cwd })))
  for (const report of reports) assert.deepEqual(report, reports[0])
})

test('SQL that nests without end is left to a person, and does not end the process', async (t) => {
  const deep = [
    `CREATE TABLE t (a int CHECK (${'('.repeat(50_000)}a > 0${')'.repeat(50_000)}));`,
    `CREATE VIEW v AS SELECT ${'NOT '.repeat(100_000)}true;`,
    `DO $$ ${'BEGIN '.repeat(50_000)}`,
    `SELECT ${'('.repeat(100_000)}`,
    `INSERT INTO t VALUES (1${'+1'.repeat(100_000)});`,
  ]
  for (const dialect of ['postgresql', 'mysql', 'sqlite']) {
    for (const sql of deep) assert.ok(esm.inspect(sql, { dialect }).grade)
  }
  const migrations = Object.fromEntries(deep.map((sql, i) => [`prisma/migrations/2026010100000${i}_deep/migration.sql`, sql]))
  const cwd = project(t, { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', ...migrations })
  const report = await esm.generate({ cwd })
  assert.equal(report.histories[0].migrations.length, deep.length)
})
