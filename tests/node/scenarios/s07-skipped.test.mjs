// Two branches: B was merged and deployed, A has an earlier time and is appended after it. drizzle-kit calls it a success
// and never runs A.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { unmigrate } from '../cli.mjs'
import { query } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { drizzle0, ran } from './tools.mjs'

const BASE = [1_770_000_000_000, 'CREATE TABLE `a` (`id` integer PRIMARY KEY NOT NULL);\n']
const B = [1_770_000_200_000, 'CREATE TABLE `b` (`id` integer PRIMARY KEY NOT NULL);\n']
const A = [1_770_000_100_000, 'ALTER TABLE `a` ADD `late` text;\n']

test('S7: it is told, run and recorded, and the tool agrees', async (t) => {
  const cwd = project(t, drizzle0({ '0000_base': BASE, '0001_b': B }))
  const url = `file:${join(cwd, 'app.db')}`
  ran('drizzle-0', cwd, url, 'migrate')
  const later = drizzle0({ '0000_base': BASE, '0001_b': B, '0002_a': A })
  for (const path of ['drizzle/meta/_journal.json', 'drizzle/0002_a.sql']) writeFileSync(join(cwd, path), later[path])
  ran('drizzle-0', cwd, url, 'migrate')
  assert.deepEqual((await query(url, "SELECT name FROM pragma_table_info('a')")).flat(), ['id'], 'the mishap')

  const checked = JSON.parse(unmigrate(cwd, ['check', '--all', '--json']).out)
  assert.ok(checked.findings.some((one) => one.message.includes('0002_a') && one.message.includes('0001_b')), JSON.stringify(checked.findings))
  const run = (...args) => unmigrate(cwd, ['doctor', '--url', url, ...args])
  const looked = run()
  assert.equal(looked.code, 1, looked.err)
  assert.match(looked.out, /error\[skipped-migration\].*0002_a/)
  const done = run('--fix', 'forward', '0002_a', '--confirm', 'app.db')
  assert.equal(done.code, 0, done.err)
  assert.deepEqual((await query(url, "SELECT name FROM pragma_table_info('a')")).flat(), ['id', 'late'])
  ran('drizzle-0', cwd, url, 'migrate')
  assert.equal(run().code, 0)
  assert.deepEqual(await query(url, 'SELECT count(*) FROM __drizzle_migrations'), [['3']])
})
