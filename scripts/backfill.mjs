// The backfill alone, by hand: `node scripts/backfill.mjs [--rows 200000 --writes 1000]`, on PostgreSQL.
//
// Killed (SIGKILL) twenty times while clients write, it has to come to its end with every row filled; then one worker
// against four, and one plain UPDATE of the table, each with what the slowest of other clients' writes took meanwhile.
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from '../tests/tools/install.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? usual : Number(process.argv[at + 1])
}
const ROWS = option('rows', 200_000)
const WRITES = option('writes', 1000)
const KILLS = option('kills', 20)
const { Client } = createRequire(join(installed('drizzle-0'), 'package.json'))('pg')
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

const server = process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432'
const database = `unmigrate_backfill_${process.pid}`
const at = (name) => Object.assign(new URL(server), { pathname: `/${name}` }).toString()
const url = at(database)
async function connect(to) {
  const client = new Client({ connectionString: to })
  client.on('error', () => {})
  await client.connect()
  return client
}

const cwd = mkdtempSync(join(tmpdir(), 'unmigrate-backfill-'))
const RENAME = '20260102000000_rename'
const INIT = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "full_name" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n`
const TRACKING = `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

function start(...args) {
  const env = { ...process.env, APP_URL: url, NO_COLOR: '1' }
  const child = spawn(process.execPath, [join(root, 'cli.js'), ...args, '--url-env', 'APP_URL'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (data) => (out += data))
  child.stderr.on('data', (data) => (err += data))
  const ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal, out, err })))
  return { child, ended, begun: (word) => err.includes(word) }
}

async function deploy(db, name) {
  const sql = readFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), 'utf8')
  await db.query(sql)
  const checksum = createHash('sha256').update(sql).digest('hex')
  await db.query(`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
    VALUES ('${randomUUID()}', '${checksum}', clock_timestamp(), '${name}', clock_timestamp(), 1)`)
}

/** Clients that write either column of any row, and what the slowest of them took. */
class Writers {
  async during(work) {
    const latencies = []
    let [failed, on] = [0, true]
    const loop = async (n) => {
      const db = await connect(url)
      while (on) {
        const begun = performance.now()
        const column = n % 2 ? 'full_name' : 'display_name'
        await db.query(`UPDATE users SET ${column} = $1 WHERE id = $2`, [randomUUID(), 1 + Math.floor(Math.random() * ROWS)]).catch(() => (failed += 1))
        const took = performance.now() - begun
        latencies.push(took)
        await sleep(Math.max(0, (8 * 1000) / WRITES - took))
      }
      await db.end()
    }
    const loops = Array.from({ length: 8 }, (_, n) => loop(n))
    const begun = performance.now()
    const result = await work()
    const seconds = (performance.now() - begun) / 1000
    on = false
    await Promise.all(loops)
    latencies.sort((a, b) => a - b)
    const share = (s) => Number(latencies[Math.floor((latencies.length - 1) * s)].toFixed(1))
    return { result, seconds: Number(seconds.toFixed(1)), writes: latencies.length, perSecond: Math.round(latencies.length / seconds), failed, p99: share(0.99), longest: share(1) }
  }
}

/** Nothing is filled any more: triggers off, the copy emptied. */
async function emptied(db) {
  await db.query(`ALTER TABLE users DISABLE TRIGGER USER; UPDATE users SET display_name = NULL; ALTER TABLE users ENABLE TRIGGER USER;
    DELETE FROM _unmigrate.backfills; DELETE FROM _unmigrate.backfill_batches`)
  await db.query('VACUUM ANALYZE users')
}

const maintenance = await connect(at('postgres'))
try {
  await maintenance.query(`DROP DATABASE IF EXISTS ${database}`)
  await maintenance.query(`CREATE DATABASE ${database}`)
  const db = await connect(url)
  const write = (name, sql) => {
    mkdirSync(join(cwd, 'prisma/migrations', name), { recursive: true })
    writeFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), sql)
  }
  write('20260101000000_init', INIT)
  write(RENAME, 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";\n')
  writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), 'provider = "postgresql"\n')
  await db.query(TRACKING)
  await deploy(db, '20260101000000_init')
  await db.query(`INSERT INTO users (full_name) SELECT 'name ' || g FROM generate_series(1, ${ROWS}) g`)
  const expanded = await start('expand').ended
  if (expanded.code !== 0) throw new Error(expanded.err)
  await deploy(db, RENAME)
  const number = async (sql) => Number((await db.query(sql)).rows[0].n)
  const differing = () => number('SELECT count(*) AS n FROM users WHERE full_name IS DISTINCT FROM display_name')
  const writers = new Writers()

  const killed = await writers.during(async () => {
    let kills = 0
    while (kills < KILLS) {
      const { child, ended, begun } = start('backfill', '--json', '--batch', '500', '--workers', '2')
      while (!begun('"event":"batch"') && child.exitCode === null) await sleep(5)
      await sleep(Math.random() * 150)
      child.kill('SIGKILL')
      if ((await ended).signal === null) break // it was faster
      kills += 1
    }
    const left = await number('SELECT count(*) AS n FROM _unmigrate.backfill_batches')
    const last = await start('backfill').ended
    return { kills, batchesLeft: left, code: last.code, said: last.out.trim() }
  })
  killed.differing = await differing()

  const measured = {}
  for (const workers of [1, 4]) {
    await emptied(db)
    measured[`${workers} workers`] = await writers.during(async () => {
      const done = await start('backfill', '--json', '--rest', '0', '--workers', String(workers)).ended
      return JSON.parse(done.out.slice(done.out.indexOf('{\n'))).rows
    })
    measured[`${workers} workers`].differing = await differing()
  }
  await emptied(db)
  measured['one UPDATE'] = await writers.during(async () => (await db.query('UPDATE users SET display_name = full_name WHERE display_name IS NULL')).rowCount)
  console.log(JSON.stringify({ rows: ROWS, killed, ...measured }, null, 2))
  await db.end()
  if (killed.differing > 0 || killed.result.code !== 0) process.exitCode = 1
} finally {
  await maintenance.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await maintenance.end()
  rmSync(cwd, { recursive: true, force: true })
}
