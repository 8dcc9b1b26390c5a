// Expand and contract under load, by hand: `npm run load [-- --rows 1000000 --seconds 10 --ops 200 --engine postgres]`.
//
// Clients of the old shape and of the new one read, write, upsert and delete through every phase and back. Counted are
// failed queries, values that are not what was written last, rows whose two columns differ, and how long the slowest query
// took; then the same load meets the naive migration. The clients know only the names of their own shape.
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
  return at < 0 ? usual : process.argv[at + 1]
}
const ROWS = Number(option('rows', 1_000_000))
const SECONDS = Number(option('seconds', 10))
const OPS = Number(option('ops', 200))
const WORKERS = Number(option('workers', 1))
const ENGINE = option('engine', 'postgres')
const CLIENTS = 4 // of each shape

const require = createRequire(join(installed('drizzle-0'), 'package.json'))
const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

const ENGINES = {
  postgres: {
    provider: 'postgresql',
    server: process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432',
    maintenance: 'postgres',
    async connect(url) {
      const { Client } = require('pg')
      const client = new Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect()
      return {
        query: async (sql, values = []) => (await client.query(sql, values.length ? values : undefined)).rows,
        change: async (sql, values) => (await client.query(sql, values)).rowCount,
        script: (sql) => client.query(sql),
        end: () => client.end(),
      }
    },
    q: (name) => `"${name}"`,
    init: `CREATE TABLE "users" ("id" SERIAL NOT NULL, "full_name" TEXT NOT NULL, "email" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
CREATE INDEX "users_full_name_idx" ON "users"("full_name");
`,
    rename: `-- DropIndex
DROP INDEX "users_full_name_idx";

-- AlterTable
ALTER TABLE "users" DROP COLUMN "full_name",
ADD COLUMN     "display_name" TEXT NOT NULL;

-- CreateIndex
CREATE INDEX "users_display_name_idx" ON "users"("display_name");
`,
    seed: (rows) => `INSERT INTO users (full_name, email) SELECT 'name ' || g, 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; ANALYZE users`,
    upsert: (column) => `INSERT INTO users (email, ${column}) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET ${column} = EXCLUDED.${column}`,
    at: (n) => `$${n}`,
    differ: 'full_name IS DISTINCT FROM display_name',
    tracking: `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
      finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`,
    now: 'clock_timestamp()',
    naive: 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name"',
    back: 'ALTER TABLE "users" RENAME COLUMN "display_name" TO "full_name"',
  },
  mysql: {
    provider: 'mysql',
    server: process.env.UNMIGRATE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306',
    maintenance: 'mysql',
    async connect(url) {
      const client = await require('mysql2/promise').createConnection({ uri: url, multipleStatements: true })
      client.on('error', () => {})
      return {
        query: async (sql, values = []) => (await client.query(sql, values))[0],
        change: async (sql, values) => (await client.query(sql, values))[0].affectedRows,
        script: (sql) => client.query(sql),
        end: () => client.end(),
      }
    },
    q: (name) => `\`${name}\``,
    init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, full_name VARCHAR(191) NOT NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), INDEX users_full_name_idx(full_name), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
    rename: `ALTER TABLE users RENAME COLUMN full_name TO display_name;
`,
    seed: (rows) => `INSERT INTO users (full_name, email) SELECT CONCAT('name ', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
    upsert: (column) => `INSERT INTO users (email, ${column}) VALUES (?, ?) ON DUPLICATE KEY UPDATE ${column} = VALUES(${column})`,
    at: () => '?',
    differ: 'NOT (BINARY full_name <=> BINARY display_name)',
    tracking: `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
      finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3),
      started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)
      DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    now: 'CURRENT_TIMESTAMP(3)',
    naive: 'ALTER TABLE users RENAME COLUMN full_name TO display_name',
    back: 'ALTER TABLE users RENAME COLUMN display_name TO full_name',
  },
}
const engine = ENGINES[ENGINE]

/** What all clients have seen, by phase. */
const seen = new Map()
let phase = 'before'
function note(ms, shape, failure) {
  const entry = seen.get(phase) ?? { latencies: [], failed: { old: 0, new: 0 }, first: undefined }
  seen.set(phase, entry)
  entry.latencies.push(ms)
  if (failure) {
    entry.failed[shape] += 1
    entry.first ??= `${shape}: ${failure.message}`
  }
}

/** Clients of one shape, each with rows that it alone writes and remembers. */
class Clients {
  constructor(shape, number) {
    Object.assign(this, { shape, number, column: shape === 'old' ? 'full_name' : 'display_name', reads: true, model: new Map() })
  }

  async start(url) {
    this.running = true
    this.loops = []
    for (let n = 0; n < CLIENTS; n += 1) {
      const db = await engine.connect(url)
      this.loops.push(this.loop(db, n).finally(() => db.end()))
    }
  }

  async stop() {
    this.running = false
    await Promise.all(this.loops)
  }

  async loop(db, n) {
    const every = (1000 * CLIENTS * 2) / OPS
    let due = performance.now() + Math.random() * every
    while (this.running) {
      await sleep(Math.max(0, due - performance.now()))
      // One that is late does not make up for it: a stall shows in its own query.
      due = Math.max(due + every, performance.now())
      const begun = performance.now()
      let failure
      try {
        await this.one(db, n)
      } catch (error) {
        failure = error
      }
      note(performance.now() - begun, this.shape, failure)
    }
  }

  /** Rows go to the clients in turn: all shapes together, so that nobody writes another's. */
  email(n) {
    const all = 2 * CLIENTS
    const at = 1 + Math.floor(Math.random() * (Math.min(ROWS, 200_000) / all - 1)) * all + this.number * CLIENTS + n
    return `user${at}@example.com`
  }

  async one(db, n) {
    const { column } = this
    const email = this.email(n)
    const value = `${this.shape} ${randomUUID()}`
    const at = engine.at
    const dice = Math.random()
    if (dice < 0.4) {
      const name = this.reads ? column : 'score'
      const [row] = await db.query(`SELECT id, email, ${name} FROM users WHERE email = ${at(1)}`, [email])
      const wanted = this.model.get(email)
      if (this.reads && wanted !== undefined && (row?.[column] ?? null) !== wanted) {
        throw new Error(`${email} holds ${row?.[column]}, and ${wanted} was written`)
      }
    } else if (dice < 0.65) {
      // The row may have been deleted: then nothing is written.
      const changed = await db.change(`UPDATE users SET ${column} = ${at(1)} WHERE email = ${at(2)}`, [value, email])
      this.model.set(email, changed === 0 ? null : value)
    } else if (dice < 0.8) {
      await db.query(engine.upsert(column), [email, value])
      this.model.set(email, value)
    } else if (dice < 0.9) {
      const fresh = `${randomUUID()}@example.com`
      await db.query(`INSERT INTO users (${column}, email) VALUES (${at(1)}, ${at(2)})`, [value, fresh])
      this.model.set(fresh, value)
    } else {
      await db.query(`DELETE FROM users WHERE email = ${at(1)}`, [email])
      this.model.set(email, null)
    }
  }

  /** Values in the database that are not what was written last, under either name. */
  async lost(db, columns) {
    const all = [...this.model]
    let lost = 0
    for (let from = 0; from < all.length; from += 500) {
      const part = all.slice(from, from + 500)
      const places = part.map((_, n) => engine.at(n + 1)).join(', ')
      const rows = await db.query(`SELECT email, ${columns.join(', ')} FROM users WHERE email IN (${places})`, part.map(([email]) => email))
      const held = new Map(rows.map((row) => [row.email, row]))
      for (const [email, value] of part) {
        const row = held.get(email)
        if (value === null ? row !== undefined : !columns.every((column) => row?.[column] === value)) lost += 1
      }
    }
    return lost
  }
}

const cwd = mkdtempSync(join(tmpdir(), 'unmigrate-load-'))
const url = new URL(engine.server)
const database = `unmigrate_load_${process.pid}`
url.pathname = `/${database}`

function run(...args) {
  return new Promise((done, refuse) => {
    const env = { ...process.env, APP_URL: String(url), NO_COLOR: '1' }
    const child = spawn(process.execPath, [join(root, 'cli.js'), ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => (out += data))
    child.stderr.on('data', (data) => (err += data))
    child.on('close', (code) => (code === 0 ? done(out) : refuse(new Error(`${args.join(' ')}: exit ${code}\n${out}${err}`))))
  })
}

/** As `prisma migrate deploy` does: the file as one message, then its row. */
async function deploy(db, name) {
  const sql = readFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), 'utf8')
  const begun = performance.now()
  await db.script(sql)
  const ms = performance.now() - begun
  const text = (value) => `'${value}'`
  await db.query(`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
    VALUES (${text(randomUUID())}, ${text(sha256(sql))}, ${engine.now}, ${text(name)}, ${engine.now}, 1)`)
  return ms
}

function write(name, sql) {
  mkdirSync(join(cwd, 'prisma/migrations', name), { recursive: true })
  writeFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), sql)
}

const steps = []
async function timed(what, work) {
  const begun = performance.now()
  const result = await work()
  steps.push({ step: what, seconds: Number(((performance.now() - begun) / 1000).toFixed(2)) })
  return result
}

async function main(server) {
  await server.script(`DROP DATABASE IF EXISTS ${database}`)
  await server.script(`CREATE DATABASE ${database}`)
  const db = await engine.connect(String(url))
  const INIT = '20260101000000_init'
  const RENAME = '20260102000000_rename'
  write(INIT, engine.init)
  write(RENAME, engine.rename)
  writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), `provider = "${engine.provider}"\n`)
  writeFileSync(join(cwd, 'package.json'), '{}')
  await db.script(engine.tracking)
  await deploy(db, INIT)
  await timed('seed', () => db.script(engine.seed(ROWS)))
  const checks = {}
  const [older, newer] = [new Clients('old', 0), new Clients('new', 1)]
  const during = async (name, work = () => sleep(SECONDS * 1000)) => {
    phase = name
    return work()
  }

  // The naive migration first: both versions run, as they do while a deployment rolls.
  await older.start(String(url))
  await during('before')
  await during('naive rename', async () => {
    await db.script(engine.naive)
    await newer.start(String(url))
    await sleep(SECONDS * 500)
  })
  await Promise.all([older.stop(), newer.stop()])
  await db.script(engine.back)
  for (const clients of [older, newer]) clients.model.clear()

  const rename = ENGINE === 'postgres' ? ['--rename', 'users.full_name=display_name'] : []
  await run('expand', RENAME, ...rename, '--url-env', 'APP_URL')
  await older.start(String(url))
  await during('old alone')
  await during('expand', async () => {
    await timed('expand', () => deploy(db, RENAME))
    await sleep(1000)
  })
  // Versions of the new shape may write from now on; they read the new column when it is filled.
  newer.reads = false
  await newer.start(String(url))
  await during('backfill', () =>
    timed('backfill', async () => console.error(await run('backfill', '--workers', String(WORKERS), '--url-env', 'APP_URL'))))
  newer.reads = true
  await during('both')
  const differing = async () => Number((await db.query(`SELECT count(*) AS n FROM users WHERE ${engine.differ}`))[0].n)
  await older.stop()
  checks['after both shapes'] = {
    differing: await differing(),
    lost: (await older.lost(db, ['full_name', 'display_name'])),
  }
  const { contract } = JSON.parse(await run('contract', '--json', '--url-env', 'APP_URL'))
  await during('contract', async () => {
    await timed('contract', () => deploy(db, contract))
    await sleep(1000)
  })
  await during('new alone')
  await newer.stop()
  checks['after the contract'] = {
    lost: (await newer.lost(db, ['display_name'])) + (await older.lost(db, ['display_name'])),
  }
  await newer.start(String(url))
  await during('contract undone', () =>
    timed('contract undone', () => run('rollback', '--url-env', 'APP_URL', '--confirm', database)))
  await older.start(String(url))
  await during('both again')
  await Promise.all([older.stop(), newer.stop()])
  checks['after both again'] = {
    differing: await differing(),
    lost: (await older.lost(db, ['full_name', 'display_name'])) + (await newer.lost(db, ['full_name', 'display_name'])),
  }
  await older.start(String(url))
  await during('expand undone', () =>
    timed('expand undone', () => run('rollback', '--url-env', 'APP_URL', '--confirm', database)))
  await during('old again')
  await older.stop()
  checks['at the end'] = { lost: (await older.lost(db, ['full_name'])) + (await newer.lost(db, ['full_name'])) }
  await db.end()
  return checks
}

function report(checks) {
  const phases = [...seen].map(([name, { latencies, failed, first }]) => {
    const sorted = latencies.sort((a, b) => a - b)
    const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1))
    return { phase: name, queries: sorted.length, failed, p50: at(0.5), p99: at(0.99), p999: at(0.999), longest: at(1), ...(first ? { first } : {}) }
  })
  return { engine: ENGINE, rows: ROWS, ops: OPS, phases, steps, checks }
}

const server = await engine.connect(Object.assign(new URL(engine.server), { pathname: `/${engine.maintenance}` }).toString())
try {
  const checks = await main(server)
  const result = report(checks)
  console.log(JSON.stringify(result, null, 2))
  const bad = result.phases.filter((p) => p.phase !== 'naive rename').some((p) => p.failed.old + p.failed.new > 0)
  const wrong = Object.values(checks).some((check) => Object.values(check).some((n) => n > 0))
  if (bad || wrong) process.exitCode = 1
} finally {
  await server.script(`DROP DATABASE IF EXISTS ${database}${ENGINE === 'postgres' ? ' WITH (FORCE)' : ''}`)
  // What unmigrate keeps beside it on MySQL.
  if (ENGINE === 'mysql') await server.script(`DROP DATABASE IF EXISTS ${database}_unmigrate`)
  await server.end()
  rmSync(cwd, { recursive: true, force: true })
}
