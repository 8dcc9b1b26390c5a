// A rollback that lies beside a flat migration is a migration to Supabase's CLI and to Wrangler: they would run it. What they
// take from a folder is taken here by their own rules.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { drizzle0 } from './tools.mjs'

const MIGRATIONS = {
  '0000_users': [100, 'CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL);\n'],
  '0001_orders': [200, 'CREATE TABLE `orders` (`id` integer PRIMARY KEY NOT NULL, `amount` integer);\n'],
}

/** The folder that each reads, the file that says so, and which names it takes for migrations (cli/internal/migration of
 *  Supabase, d1/migrations of Wrangler). */
const RUNNERS = {
  supabase: { dir: 'supabase/migrations', config: { 'supabase/config.toml': 'project_id = "x"\n' }, takes: /^([0-9]+)_(.*)\.sql$/ },
  wrangler: {
    dir: 'migrations',
    config: { 'wrangler.toml': 'name = "x"\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "app"\ndatabase_id = "0"\nmigrations_dir = "migrations"\n' },
    takes: /\.sql$/,
  },
}

const here = (files, dir) => Object.fromEntries(Object.entries(files).map(([path, text]) => [path.startsWith('drizzle/') ? path.replace('drizzle', dir) : path, text.replace("'./drizzle'", `'./${dir}'`)]))

for (const [name, { dir, config, takes }] of Object.entries(RUNNERS)) {
  test(`S11: ${name} runs no rollback, and one that lies wrong is told of`, async (t) => {
    const cwd = project(t, { ...here(drizzle0(MIGRATIONS), dir), ...config })
    writeFileSync(join(cwd, 'app.db'), '')
    const url = `file:${join(cwd, 'app.db')}`
    const taken = () => readdirSync(join(cwd, dir)).filter((file) => takes.test(file)).sort()
    // As the runner does: what it takes, in the order of the names.
    await script(url, ...taken().map((file) => readFileSync(join(cwd, dir, file), 'utf8')))
    await script(url, 'INSERT INTO orders VALUES (1, 10), (2, 20)')
    const before = taken()
    const generated = unmigrate(cwd, ['generate'])
    assert.equal(generated.code, 0, generated.err)
    assert.ok(existsSync(join(cwd, dir, 'rollback/0001_orders.down.sql')))
    assert.deepEqual(taken(), before, 'nothing new to run')
    assert.deepEqual(await query(url, 'SELECT count(*) FROM orders'), [['2']])
    assert.equal(unmigrate(cwd, ['check', '--all']).code, 0)
    // One that lies beside: the runner would take it, and check says so.
    const down = readFileSync(join(cwd, dir, 'rollback/0001_orders.down.sql'), 'utf8')
    writeFileSync(join(cwd, dir, '0001_orders.down.sql'), down)
    assert.notDeepEqual(taken(), before, 'the runner takes it')
    const checked = unmigrate(cwd, ['check', '--all', '--json'])
    assert.equal(checked.code, 1, checked.out)
    const found = JSON.parse(checked.out).findings.find((one) => one.rule === 'rollback-misplaced')
    assert.ok(found?.file.endsWith('0001_orders.down.sql') && found.severity === 'error', checked.out)
  })
}
