// A table that others refer to with ON DELETE CASCADE is rebuilt. A runner that wraps it in a transaction empties them, and
// calls it a success. (Drivers that can't turn foreign keys off: crates/app/tests/children.rs.)
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revert } from '../../../index.js'
import { unmigrate } from '../cli.mjs'
import { query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { deployDrizzle } from '../deployed.mjs'
import { drizzle0 } from './tools.mjs'

const TABLES = [
  'CREATE TABLE `user` (`id` text PRIMARY KEY NOT NULL, `name` text);',
  'CREATE TABLE `account` (`id` text PRIMARY KEY NOT NULL, `user_id` text NOT NULL REFERENCES `user`(`id`) ON DELETE cascade);',
  'CREATE TABLE `session` (`id` text PRIMARY KEY NOT NULL, `user_id` text NOT NULL REFERENCES `user`(`id`) ON DELETE cascade);',
].join('\n--> statement-breakpoint\n')
const REBUILD = [
  'PRAGMA foreign_keys=OFF;',
  "CREATE TABLE `__new_user` (`id` text PRIMARY KEY NOT NULL, `name` text DEFAULT 'x' NOT NULL);",
  'INSERT INTO `__new_user`("id", "name") SELECT "id", "name" FROM `user`;',
  'DROP TABLE `user`;',
  'ALTER TABLE `__new_user` RENAME TO `user`;',
  'PRAGMA foreign_keys=ON;',
].join('--> statement-breakpoint\n')
const ROWS = "INSERT INTO user VALUES ('1', 'a'), ('2', 'b'); INSERT INTO account VALUES ('1', '1'), ('2', '2'); INSERT INTO session VALUES ('1', '1')"

async function deployed(t) {
  const cwd = project(t, drizzle0({ '0000_init': [1000, TABLES], '0001_name': [2000, REBUILD] }))
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const url = await deployDrizzle(cwd)
  await script(url, ROWS)
  return { cwd, url, counts: async () => (await query(url, 'SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM account), (SELECT count(*) FROM session)'))[0] }
}

test('S2: it is told before it runs, and the way back keeps every child', async (t) => {
  const it = await deployed(t)
  const checked = unmigrate(it.cwd, ['check', '--all', '--json'])
  assert.ok(JSON.parse(checked.out).findings.some((one) => one.rule === 'rebuild-cascades'), checked.out)
  assert.equal(unmigrate(it.cwd, ['verify']).code, 0)
  assert.deepEqual(await it.counts(), ['2', '2', '1'])
  const done = unmigrate(it.cwd, ['rollback', '--url', it.url, '--confirm', 'app.db'])
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await it.counts(), ['2', '2', '1'])
})

test('S2: no migration is made of a rebuild that would empty them', async (t) => {
  const it = await deployed(t)
  assert.equal(unmigrate(it.cwd, ['verify']).code, 0)
  await assert.rejects(revert({ cwd: it.cwd }), (error) => error.code === 'children-at-risk' && !/defer_foreign_keys/.test(error.help))
})
