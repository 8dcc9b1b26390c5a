// How verify comes back to an earlier state on a server: the verdicts are those of a database that is built anew each time, and
// what it costs is told by measureVerify. The server is that of the tests.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from './cli.mjs'
import { query, running } from './deployed.mjs'
import { project } from './projects.mjs'

const require = createRequire(import.meta.url)
const binding = require('../../js/binding.js')
const { loadConfig } = require('../../js/config.js')
const { answer } = require('../../js/drivers.js')

const server = running('postgres')

/** So many migrations before those that matter that a copy is worth its while. */
const BEFORE = 25

const ONE_ROW = `DO $$ BEGIN IF (SELECT count(*) FROM t0) <> 1 THEN RAISE EXCEPTION 'more than the history put in'; END IF; END $$;\n`

/** What verify finds of migrations that follow many others. `first`: SQL that the first of all runs, too. */
async function measured(t, first, ...ups) {
  const files = { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' }
  const name = (n) => `${20260101000000 + n}_m${n}`
  for (let n = 0; n < BEFORE; n++) {
    const row = n === 0 ? `INSERT INTO t0 VALUES (1, 'a');\n${first}` : ''
    files[`prisma/migrations/${name(n)}/migration.sql`] = `CREATE TABLE t${n} (id int PRIMARY KEY, need text NOT NULL);\n${row}`
  }
  ups.forEach((sql, at) => (files[`prisma/migrations/${name(BEFORE + at)}/migration.sql`] = sql))
  const cwd = project(t, files)
  unmigrate(cwd, ['generate'])
  const request = { cwd, dirs: [join('prisma', 'migrations')], engine: 'server', scratchUrl: server }
  const found = await binding.measureVerify(request, loadConfig, answer)
  assert.ok(Array.isArray(found), JSON.stringify(found))
  const [[left]] = await query(server, `SELECT count(*) FROM pg_database WHERE datname LIKE 'unmigrate\\_scratch\\_${process.pid}\\_%'`)
  assert.equal(left, '0', 'copies are dropped with what they are copies of')
  return { ...found[0], last: found[0].verdicts.slice(-ups.length) }
}

test('rows of the history alone: all of it runs once more, and then out of a copy', async (t) => {
  const changed = (n) => `${ONE_ROW}ALTER TABLE t0 ADD COLUMN c${n} int;\n`
  const once = await measured(t, '', changed(1))
  const thrice = await measured(t, '', changed(1), changed(2), changed(3))
  assert.deepEqual(thrice.last.map(([, verdict, made]) => [verdict, made]), Array(3).fill([once.last[0][1], 1]))
  assert.deepEqual([once.times, thrice.times], [1, 3])
  assert.ok(thrice.walk.calls - once.walk.calls < 300, `${once.walk.calls} calls, and ${thrice.walk.calls}`)
})

test('what lives in the session is in no copy', async (t) => {
  const setting = 'CREATE SCHEMA other;\nSET search_path = public, other;\nCREATE TABLE other.inside (a int);\n'
  const changed = (n) => `${ONE_ROW}ALTER TABLE t0 ADD COLUMN c${n} int;\nALTER TABLE inside ADD COLUMN c${n} int;\n`
  const { last, times } = await measured(t, setting, changed(1), changed(2))
  assert.equal(times, 2)
  assert.deepEqual(last.map(([, , made]) => made), [1, 1], 'it finds its table by the path that the first migration set')
})

test('rows that forbid a rollback are taken back, and nothing is built anew', async (t) => {
  const { last, times } = await measured(t, '', 'ALTER TABLE t1 DROP COLUMN need;\n', 'ALTER TABLE t2 ALTER COLUMN need DROP NOT NULL;\n')
  assert.equal(times, 0)
  assert.deepEqual(last.map(([, verdict]) => verdict), ['exact', 'exact'])
  assert.equal(last[0][2], 0, 'it can be undone where there are no rows')
  assert.ok(last[1][2] > 0, 'it can be undone where no row lacks a value')
})
