// Projects that are deployed: the migrations have run on a database, and the tool's own table says so. The tools are not
// started here; `tests/tools` does that.
import { createHash, randomUUID } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { unmigrate } from './cli.mjs'
import { folder, project, root } from './projects.mjs'

const require = createRequire(import.meta.url)
const binding = require('../../js/binding.js')
const { answer } = require('../../js/drivers.js')

const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const text = (value) => `'${String(value).replaceAll("'", "''")}'`

/** Rows of a query on the database of a URL, as text. */
export async function query(url, sql) {
  const [answered] = await binding.tryDriver({ url, steps: [['query', sql]] }, answer)
  if (!Array.isArray(answered)) throw new Error(answered.message)
  return answered[1]
}

/** Runs SQL on the database of a URL. */
export async function script(url, ...texts) {
  const done = await binding.tryDriver({ url, steps: texts.map((sql) => ['script', sql]) }, answer)
  const failed = done.find((one) => one?.message)
  if (failed) throw new Error(failed.message)
}

const SERVERS = {
  postgres: { variable: 'UNMIGRATE_TEST_POSTGRES', usual: 'postgres://postgres@127.0.0.1:5432', maintenance: '/postgres', force: ' WITH (FORCE)' },
  mysql: { variable: 'UNMIGRATE_TEST_MYSQL', usual: 'mysql://root@127.0.0.1:3306', maintenance: '/mysql', force: '' },
}

/** The server of the tests (`postgres`, `mysql`), at the database that is always there; where none runs, one is started. */
export function running(word) {
  const { variable, usual, maintenance } = SERVERS[word]
  const given = process.env[variable]
  if (!given) {
    const done = spawnSync('sh', [join(root, 'tests/servers.sh'), word], { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(done.stderr)
  }
  const url = new URL(given ?? usual)
  url.pathname = maintenance
  return String(url)
}

/** An empty database on the server of the tests (`postgres`, `mysql`) or in a file of its own (`sqlite`), dropped when the test
 *  ends: its URL and name. */
export async function emptied(t, word, name) {
  if (word === 'sqlite') {
    const database = `${name}.db`
    const file = join(folder(t), database)
    writeFileSync(file, '')
    return { url: `file:${file}`, database }
  }
  const { force } = SERVERS[word]
  const server = running(word)
  const url = new URL(server)
  const database = `unmigrate_${name}_${process.pid}`
  await script(server, `DROP DATABASE IF EXISTS ${database}`, `CREATE DATABASE ${database}`)
  // With what unmigrate keeps beside it on MySQL and MariaDB.
  const beside = word === 'mysql' ? [`DROP DATABASE IF EXISTS ${database}_unmigrate`] : []
  t.after(() => script(server, `DROP DATABASE IF EXISTS ${database}${force}`, ...beside))
  url.pathname = `/${database}`
  return { url: String(url), database }
}

/** Prisma's own table, as it makes it. */
const TRACKING = {
  postgresql: `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`,
  mysql: `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
    finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3),
    started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)
    DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  sqlite: `CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, finished_at DATETIME,
    migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL DEFAULT current_timestamp,
    applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)`,
}

/** The moment, as Prisma's table has it. */
export const NOW = { postgresql: 'clock_timestamp()', mysql: 'CURRENT_TIMESTAMP(3)', sqlite: 'unixepoch() * 1000' }

/** Prisma's folder with these migrations (name to SQL) and their rollbacks, deployed through `session.script(...texts)`. */
export async function prisma(t, session, migrations, provider = 'postgresql') {
  const files = { 'prisma/migrations/migration_lock.toml': `provider = "${provider}"\n` }
  for (const [name, sql] of Object.entries(migrations)) files[`prisma/migrations/${name}/migration.sql`] = sql
  const now = NOW[provider]
  const row = ([name, sql]) => `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
    VALUES (${text(randomUUID())}, ${text(sha256(sql))}, ${now}, ${text(name)}, ${now}, 1)`
  await session.script(TRACKING[provider])
  for (const one of Object.entries(migrations)) await session.script(one[1], row(one))
  return generated(project(t, files))
}

/** Drizzle's folder of 0.x with these migrations and their rollbacks, deployed on the file `app.db` in it. */
export async function drizzle(t, migrations) {
  const entries = Object.keys(migrations).map((tag, idx) => ({ idx, version: '6', when: 1770000000000 + idx, tag, breakpoints: true }))
  const files = { 'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'sqlite', entries }) }
  for (const [tag, sql] of Object.entries(migrations)) files[`drizzle/${tag}.sql`] = sql
  const cwd = generated(project(t, files))
  return { cwd, url: await deployDrizzle(cwd) }
}

/** Deploys the folder `drizzle` in `cwd` on the file `app.db` there, as drizzle-orm 0.45 does, with `rows` put in after the
 *  first migration: its URL. */
export async function deployDrizzle(cwd, rows = '') {
  writeFileSync(join(cwd, 'app.db'), '')
  const url = `file:${join(cwd, 'app.db')}`
  const { entries } = JSON.parse(readFileSync(join(cwd, 'drizzle/meta/_journal.json'), 'utf8'))
  await script(url, 'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)')
  for (const { idx, tag, when } of entries) {
    const sql = readFileSync(join(cwd, `drizzle/${tag}.sql`), 'utf8')
    await script(url, sql, `INSERT INTO __drizzle_migrations (hash, created_at) VALUES (${text(sha256(sql))}, ${when})`)
    if (idx === 0 && rows) await script(url, rows)
  }
  return url
}

function generated(cwd) {
  const done = unmigrate(cwd, ['generate'])
  if (done.code !== 0) throw new Error(done.err)
  return cwd
}
