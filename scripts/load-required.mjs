// A column that becomes required, under load, by hand: `node scripts/load-required.mjs [--rows 200000 --seconds 5 --ops 200]`,
// on PostgreSQL. Old versions write NULL in a third of their writes and do not mind reading a value; new ones count on one.
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
const SECONDS = option('seconds', 5)
const OPS = option('ops', 200)
const CLIENTS = 4
const { Client } = createRequire(join(installed('drizzle-0'), 'package.json'))('pg')
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

const server = process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432'
const database = `unmigrate_required_${process.pid}`
const at = (name) => Object.assign(new URL(server), { pathname: `/${name}` }).toString()
const url = at(database)
async function connect(to) {
  const client = new Client({ connectionString: to })
  client.on('error', () => {})
  await client.connect()
  return client
}

const cwd = mkdtempSync(join(tmpdir(), 'unmigrate-required-'))
const MIGRATION = '20260102000000_required'
const NAIVE = 'ALTER TABLE "users" ALTER COLUMN "bio" SET NOT NULL;\n'
const TRACKING = `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

function run(...args) {
  return new Promise((done, refuse) => {
    const env = { ...process.env, APP_URL: url, NO_COLOR: '1' }
    const child = spawn(process.execPath, [join(root, 'cli.js'), ...args, '--url-env', 'APP_URL'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => (out += data))
    child.stderr.on('data', (data) => (err += data))
    child.on('close', (code) => (code === 0 ? done(out) : refuse(new Error(`${args.join(' ')}: exit ${code}\n${out}${err}`))))
  })
}

async function deploy(db, name) {
  const sql = readFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), 'utf8')
  const begun = performance.now()
  await db.query(sql)
  const ms = Math.round(performance.now() - begun)
  const checksum = createHash('sha256').update(sql).digest('hex')
  await db.query(`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
    VALUES ('${randomUUID()}', '${checksum}', clock_timestamp(), '${name}', clock_timestamp(), 1)`)
  return ms
}

const seen = new Map()
let phase = 'before'

/** Four clients of one shape, each with rows of its own; `model` holds what it wrote last where that was no NULL. */
class Clients {
  constructor(shape, number) {
    Object.assign(this, { shape, number, strict: false, model: new Map() })
  }

  async start() {
    this.running = true
    this.loops = Array.from({ length: CLIENTS }, async (_, n) => {
      const db = await connect(url)
      while (this.running) {
        const begun = performance.now()
        const own = phase
        const failure = await this.one(db, n).then(() => undefined, (error) => error)
        const took = performance.now() - begun
        const entry = seen.get(own) ?? { latencies: [], failed: { old: 0, new: 0 }, first: undefined }
        seen.set(own, entry)
        entry.latencies.push(took)
        if (failure) {
          entry.failed[this.shape] += 1
          entry.first ??= `${this.shape}: ${failure.message}`
        }
        await sleep(Math.max(0, (1000 * CLIENTS * 2) / OPS - took))
      }
      await db.end()
    })
  }

  async stop() {
    this.running = false
    await Promise.all(this.loops)
  }

  async one(db, n) {
    const all = 2 * CLIENTS
    const id = 1 + Math.floor(Math.random() * (ROWS / all - 1)) * all + this.number * CLIENTS + n
    const value = this.shape === 'old' && Math.random() < 0.34 ? null : `${this.shape} ${randomUUID()}`
    const dice = Math.random()
    if (dice < 0.4) {
      const { rows: [row] } = await db.query('SELECT bio FROM users WHERE id = $1', [id])
      const wanted = this.model.get(id)
      if (wanted && row?.bio !== wanted) throw new Error(`${id} holds ${row?.bio}, and ${wanted} was written`)
      if (this.strict && row && row.bio === null) throw new Error(`${id} holds NULL`)
    } else if (dice < 0.65) {
      const { rowCount } = await db.query('UPDATE users SET bio = $1 WHERE id = $2', [value, id])
      this.model.set(id, rowCount ? value : null)
    } else if (dice < 0.85) {
      await db.query('INSERT INTO users (id, bio) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET bio = EXCLUDED.bio', [id, value])
      this.model.set(id, value)
    } else if (dice < 0.95) {
      await db.query('INSERT INTO users (bio) VALUES ($1)', [value])
    } else {
      await db.query('DELETE FROM users WHERE id = $1', [id])
      this.model.set(id, null)
    }
  }

  async lost(db) {
    const all = [...this.model].filter(([, value]) => value)
    const { rows } = await db.query('SELECT id, bio FROM users WHERE id = ANY($1)', [all.map(([id]) => id)])
    const held = new Map(rows.map((row) => [row.id, row.bio]))
    return all.filter(([id, value]) => held.get(id) !== value).length
  }
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
  write('20260101000000_init', 'CREATE TABLE "users" ("id" SERIAL NOT NULL, "bio" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n')
  write(MIGRATION, NAIVE)
  writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), 'provider = "postgresql"\n')
  await db.query(TRACKING)
  await deploy(db, '20260101000000_init')
  await db.query(`INSERT INTO users (bio) SELECT CASE WHEN g % 2 = 0 THEN 'bio ' || g END FROM generate_series(1, ${ROWS}) g`)
  const [older, newer] = [new Clients('old', 0), new Clients('new', 1)]
  const steps = {}
  const checks = {}
  const nulls = async () => Number((await db.query('SELECT count(*) AS n FROM users WHERE bio IS NULL')).rows[0].n)

  await older.start()
  await sleep(SECONDS * 500)
  await run('expand', MIGRATION, '--fill', "users.bio='none'")
  phase = 'expand'
  steps.expandMs = await deploy(db, MIGRATION)
  await newer.start()
  await sleep(1000)
  phase = 'backfill'
  const begun = performance.now()
  console.error(await run('backfill'))
  steps.backfillMs = Math.round(performance.now() - begun)
  newer.strict = true
  phase = 'both'
  await sleep(SECONDS * 1000)
  checks.bothNulls = await nulls()
  const { contract } = JSON.parse(await run('contract', '--json'))
  await older.stop()
  checks.oldLost = await older.lost(db)
  phase = 'contract'
  steps.contractMs = await deploy(db, contract)
  await sleep(1000)
  phase = 'new alone'
  await sleep(SECONDS * 500)
  phase = 'contract undone'
  await run('rollback', '--confirm', database)
  await older.start()
  phase = 'both again'
  await sleep(SECONDS * 500)
  checks.againNulls = await nulls()
  await newer.stop()
  phase = 'expand undone'
  await run('rollback', '--confirm', database)
  phase = 'old again'
  await sleep(SECONDS * 500)
  await older.stop()
  checks.lost = (await older.lost(db)) + (await newer.lost(db))

  // The naive migration: the NULLs are filled beforehand, and old versions still run.
  await db.query("UPDATE users SET bio = 'none' WHERE bio IS NULL")
  older.model.clear()
  phase = 'naive'
  steps.naiveMs = await deploy(db, (write('20260103000000_naive', NAIVE), '20260103000000_naive'))
  await older.start()
  await sleep(SECONDS * 500)
  await older.stop()

  const phases = [...seen].map(([name, { latencies, failed, first }]) => {
    const sorted = latencies.sort((a, b) => a - b)
    const share = (s) => Number(sorted[Math.floor((sorted.length - 1) * s)].toFixed(1))
    return { phase: name, queries: sorted.length, failed, p50: share(0.5), p99: share(0.99), longest: share(1), ...(first ? { first } : {}) }
  })
  console.log(JSON.stringify({ rows: ROWS, phases, steps, checks }, null, 2))
  const bad = phases.filter((p) => p.phase !== 'naive').some((p) => p.failed.old + p.failed.new > 0)
  if (bad || Object.values(checks).some((n) => n > 0)) process.exitCode = 1
  await db.end()
} finally {
  await maintenance.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  await maintenance.end()
  rmSync(cwd, { recursive: true, force: true })
}
