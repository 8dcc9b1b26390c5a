// From drizzle 0.x to 1.0: `drizzle-kit up` turns files into folders. A row that belongs to no migration stops the upgrade of the
// table, and the rollbacks stay where they were.
import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { ran, tool } from './tools.mjs'

const schema = (...tables) =>
  `import { sqliteTable, integer } from 'drizzle-orm/sqlite-core'\n${tables.map((name) => `export const ${name} = sqliteTable('${name}', { id: integer().primaryKey() })`).join('\n')}\n`

test('S8: every row is mapped or it is refused; the rollbacks are put where their migrations are', async (t) => {
  const { writeFileSync } = await import('node:fs')
  const cwd = project(t, {
    'package.json': '{ "private": true }\n',
    'drizzle.config.ts': "export default { dialect: 'sqlite', out: './drizzle', schema: './schema.ts', dbCredentials: { url: process.env.DATABASE_URL } }\n",
    'schema.ts': schema('a', 'b'),
  })
  const url = `file:${join(cwd, 'app.db')}`
  ran('drizzle-0', cwd, url, 'generate', '--name', 'one')
  writeFileSync(join(cwd, 'schema.ts'), schema('a'))
  ran('drizzle-0', cwd, url, 'generate', '--name', 'two')
  writeFileSync(join(cwd, 'schema.ts'), schema('a', 'c'))
  ran('drizzle-0', cwd, url, 'generate', '--name', 'three')
  ran('drizzle-0', cwd, url, 'migrate')
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  await script(url, "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of a branch', 1)",
    'UPDATE __drizzle_migrations SET created_at = NULL WHERE rowid = 2')

  rmSync(join(cwd, 'node_modules'))
  ran('drizzle-1', cwd, url, 'up')
  assert.ok(existsSync(join(cwd, 'drizzle/0001_two.down.sql')), 'it is left behind')
  assert.notEqual(tool('drizzle-1', cwd, url, 'migrate').code, 0, 'the mishap')

  const run = (...args) => unmigrate(cwd, ['doctor', '--url', url, ...args])
  const looked = run()
  assert.equal(looked.code, 1, looked.err)
  assert.match(looked.out, /error\[upgrade-blocked\]/)
  assert.match(looked.out, /warning\[orphaned-down\]/)
  const refused = run('--fix', 'tracking', '--confirm', 'app.db')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /error\[upgrade-blocked\].*1 of the table's rows/)
  assert.deepEqual(await query(url, 'SELECT count(*) FROM __drizzle_migrations WHERE created_at IS NULL'), [['1']], 'nothing is repaired by halves')
  const done = run('--fix', 'orphans', '--confirm', 'app.db')
  assert.equal(done.code, 0, done.err)
  const moved = run('--fix', 'files')
  assert.equal(moved.code, 0, moved.err)
  assert.ok(!existsSync(join(cwd, 'drizzle/0001_two.down.sql')))
  assert.equal(run().code, 0, run().out)
  ran('drizzle-1', cwd, url, 'migrate')
  assert.deepEqual(await query(url, 'SELECT count(*), count(name) FROM __drizzle_migrations'), [['3', '3']])
  const status = JSON.parse(unmigrate(cwd, ['status', '--json']).out)
  // Beside their migrations, and nobody's edit: only the name in their first comment is the one from before.
  assert.deepEqual(status.histories[0].migrations.map((one) => one.state), ['outdated', 'outdated', 'outdated'])
})
