// Expand and contract under load, by hand:
// `npm run load -- [recipe] [--rows 1000000 --seconds 10 --ops 200 --engine postgres|mysql|sqlite --workers 1 --client sql]`;
// the recipes are in load/recipes.mjs, and `rename-column` is meant where none is named; `all` runs every one of the engine, and
// writes docs/load.md, as `--keep` does for one. `--client prisma` and `--client drizzle` run clients of those, one from the schema of
// each version (load/models.mjs); `drizzle-prepared` prepares its reads under a name, `drizzle-shared` writes through the schema that
// drizzle-kit reads, which fails, and `drizzle-1` is Drizzle 1.0.
//
// Clients of the old shape and of the new one read, write, upsert and delete through every phase and back. Counted are
// failed queries, values that are not what was written last, rows whose two sides differ, and how long the slowest query
// took; then the same load meets the naive migration. The clients know only the names of their own shape.
import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as drizzle from './load/clients/drizzle.mjs'
import * as prisma from './load/clients/prisma.mjs'
import * as plain from './load/clients/sql.mjs'
import { ENGINES } from './load/engines.mjs'
import { MODELS } from './load/models.mjs'
import { keep, render } from './load/page.mjs'
import { RECIPES } from './load/recipes.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? usual : process.argv[at + 1]
}
const RECIPE = process.argv[2]?.startsWith('--') ? 'rename-column' : (process.argv[2] ?? 'rename-column')
const ROWS = Number(option('rows', 1_000_000))
const SECONDS = Number(option('seconds', 10))
const OPS = Number(option('ops', 200))
const WORKERS = Number(option('workers', 1))
const ENGINE = option('engine', 'postgres')
const CLIENT = option('client', 'sql')
const CLIENTS = 4 // of each shape

const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
if (RECIPE === 'all') {
  const all = Object.keys(RECIPES).filter((name) => RECIPES[name][ENGINE] && (CLIENT === 'sql' || MODELS[name]))
  const one = (name) => spawnSync(process.execPath, [...process.execArgv, process.argv[1], name, ...process.argv.slice(3), '--keep'], { stdio: 'inherit' }).status
  process.exit(all.filter((name) => one(name) !== 0).length ? 1 : 0)
}
const engine = ENGINES[ENGINE]
const recipe = RECIPES[RECIPE]
if (!recipe?.[ENGINE]) throw new Error(`no recipe ${RECIPE} on ${ENGINE}; there are ${Object.keys(RECIPES).join(', ')}`)
const sql = recipe[ENGINE]
const makers = { sql: plain.prepare, prisma: prisma.prepare, drizzle: drizzle.prepare, 'drizzle-prepared': drizzle.prepareNamed, 'drizzle-shared': drizzle.prepareShared, 'drizzle-1': drizzle.prepareNext }
if (!makers[CLIENT]) throw new Error(`no client ${CLIENT}; there are ${Object.keys(makers).join(', ')}`)
const models = MODELS[RECIPE]
if (CLIENT !== 'sql' && !models) throw new Error(`${RECIPE} has no models for real clients`)

/** What all clients have seen, by phase. */
const seen = new Map()
let phase = 'before'
function of(at) {
  if (!seen.has(at)) seen.set(at, { latencies: [], failed: { old: 0, new: 0 }, retried: 0, said: {} })
  return seen.get(at)
}

function note(at, ms, shape, failure) {
  const entry = of(at)
  entry.latencies.push(ms)
  if (failure) {
    entry.failed[shape] += 1
    const said = `${shape}: ${words(failure)}`
    if (said in entry.said || Object.keys(entry.said).length < 8) entry.said[said] = (entry.said[said] ?? 0) + 1
  }
}

/** What a client threw, by what it was doing; what differs from row to row is left out. */
function words({ doing, code, cause, message }) {
  const text = String(cause?.message ?? message).replace(/[\w-]+@example\.com/g, '<email>').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<value>')
  return `${doing}: ${code ?? cause?.code ?? ''} ${text.split('\n').map((line) => line.trim()).filter(Boolean).slice(-2).join(' ')}`
}

/** An operation, whose failure knows what it was. */
async function doing(what, work) {
  try {
    return await work
  } catch (error) {
    throw Object.assign(error, { doing: what })
  }
}

/** Clients of one shape, each with rows that it alone writes and remembers. */
class Clients {
  constructor(shape, number) {
    Object.assign(this, { shape, number, table: recipe.tables?.[shape] ?? 'users', column: recipe.columns[shape][0], reads: true, model: new Map() })
  }

  /** The version that one of them is of. Where a version of both shapes lives on after the contract, half of them do. */
  version(n) {
    const [both, after] = recipe.columns[this.shape]
    if (this.shape === 'old') return (this.when ?? 'before') !== 'before' && models?.first && n % 2 === 1 ? 'first' : 'old'
    if (this.when !== 'after') return 'both'
    return both === after && phase !== 'naive' && n % 2 === 1 ? 'both' : 'after'
  }

  async start() {
    this.running = true
    this.loops = []
    for (let n = 0; n < CLIENTS; n += 1) {
      const open = new Map()
      this.loops.push(this.loop(open, n).finally(() => Promise.all([...open.values()].map((client) => client.end()))))
    }
  }

  async stop() {
    this.running = false
    await Promise.all(this.loops)
  }

  async loop(open, n) {
    const every = (1000 * CLIENTS * 2) / OPS
    let due = performance.now() + Math.random() * every
    while (this.running) {
      await sleep(Math.max(0, due - performance.now()))
      // One that is late does not make up for it: a stall shows in its own query.
      due = Math.max(due + every, performance.now())
      const version = this.version(n)
      if (!open.has(version)) open.set(version, await connect(String(url), { table: this.table, shape: this.shape, version }))
      const begun = performance.now()
      const began = phase
      const failure = await this.one(open.get(version), n).then(() => undefined, (error) => error)
      note(began, performance.now() - begun, this.shape, failure)
    }
  }

  /** Rows go to the clients in turn: all shapes together, so that nobody writes another's. */
  email(n) {
    const all = 2 * CLIENTS
    const at = 1 + Math.floor(Math.random() * (Math.min(ROWS, 200_000) / all - 1)) * all + this.number * CLIENTS + n
    return `user${at}@example.com`
  }

  remember(email, value) {
    if (value === undefined || (recipe.counts?.(value) ?? true)) this.model.set(email, value)
    else this.model.delete(email)
  }

  async one(client, n) {
    const { column } = this
    const email = this.email(n)
    const value = recipe.value(this.shape)
    const dice = Math.random()
    if (dice < 0.4) {
      const row = await doing('read', client.read(email, this.reads ? column : 'score'))
      const wanted = this.model.get(email)
      if (this.reads && this.model.has(email) && row?.[column] !== wanted) {
        throw Object.assign(new Error(`${email} holds ${row?.[column]}, and ${wanted} was written`), { doing: 'read' })
      }
    } else if (dice < 0.65) {
      // The row may have been deleted: then nothing is written.
      const changed = await doing('update', client.update(email, column, value))
      // Or it is not filled yet, in a table that comes: then nothing was written, and what was there stays.
      if (changed === 0 && !this.reads) this.model.delete(email)
      else this.remember(email, changed === 0 ? undefined : value)
    } else if (dice < 0.8) {
      await doing('upsert', client.upsert(email, column, value))
      this.remember(email, value)
    } else if (dice < 0.9) {
      const fresh = `${randomUUID()}@example.com`
      await doing('insert', client.insert(fresh, column, value))
      this.remember(fresh, value)
    } else {
      await doing('delete', client.remove(email))
      this.remember(email, undefined)
    }
  }

  /** Values in the database that are not what was written last, under every name that it has now. */
  async lost(db, columns, tables) {
    let lost = 0
    for (const table of tables) lost += await this.lostFrom(db, columns, table)
    return lost
  }

  async lostFrom(db, columns, table) {
    const all = [...this.model]
    let lost = 0
    for (let from = 0; from < all.length; from += 500) {
      const some = all.slice(from, from + 500)
      const list = some.map((_, n) => engine.at(n + 1)).join(', ')
      const rows = await db.query(`SELECT email, ${columns.join(', ')} FROM ${table} WHERE email IN (${list})`, some.map(([email]) => email))
      const held = new Map(rows.map((row) => [row.email, row]))
      for (const [email, value] of some) {
        const row = held.get(email)
        if (columns.some((column) => row?.[column] !== value)) lost += 1
      }
    }
    return lost
  }
}

const database = `unmigrate_load_${process.pid}`
const url = engine.url(database)
const called = url.split('/').pop()
const cwd = mkdtempSync(join(tmpdir(), 'unmigrate-load-'))
const apps = mkdtempSync(join(tmpdir(), 'unmigrate-load-apps-'))
let connect

function run(...args) {
  return new Promise((done, refuse) => {
    const env = { ...process.env, APP_URL: String(url), NO_COLOR: '1' }
    const child = spawn(process.execPath, [join(root, 'cli.js'), ...args, '--url-env', 'APP_URL'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', (data) => (out += data))
    child.stderr.on('data', (data) => (err += data))
    child.on('close', (code) => (code === 0 ? done(out) : refuse(new Error(`${args.join(' ')}: exit ${code}\n${out}${err}`))))
  })
}

/** Deploys a migration as Prisma does: one message, then its row. */
async function deploy(db, name) {
  const text = readFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), 'utf8')
  await db.script(text)
  const q = (value) => `'${value}'`
  await db.query(`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
    VALUES (${q(randomUUID())}, ${q(sha256(text))}, ${engine.now}, ${q(name)}, ${engine.now}, 1)`)
}

function write(name, text) {
  mkdirSync(join(cwd, 'prisma/migrations', name), { recursive: true })
  writeFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), text)
}

const steps = []
async function timed(what, work) {
  const begun = performance.now()
  const result = await work()
  steps.push({ step: what, seconds: Number(((performance.now() - begun) / 1000).toFixed(2)), load: Number(loadavg()[0].toFixed(1)) })
  return result
}

/** The naive migration may be what a deadlock ends: then it is run again, as a person would, and in the end while nobody writes. */
let ended = 0
async function naive(db, clients) {
  for (;;) {
    const failure = await db.script(sql.naive).then(() => undefined, (error) => error)
    if (!failure) break
    if (!['40P01', 'ER_LOCK_DEADLOCK'].includes(failure.code) || !clients.running) throw failure
    ended += 1
    if (ended === 5) await clients.stop()
  }
  if (!clients.running) await clients.start()
}

const unique = (all) => [...new Set(all)]

async function main(server) {
  for (const text of engine.drop(database)) await server.script(text)
  for (const text of engine.create(database)) await server.script(text)
  const tables = { old: recipe.tables?.old ?? 'users', new: recipe.tables?.new ?? 'users' }
  connect = await makers[CLIENT]({ engine, own: sql.clients, models, tables, cwd: apps, retried: () => (of(phase).retried += 1) })
  const db = await engine.connect(String(url))
  const [INIT, UP] = ['20260101000000_init', '20260102000000_change']
  write(INIT, sql.init)
  write(UP, sql.up)
  writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), `provider = "${engine.provider}"\n`)
  writeFileSync(join(cwd, 'package.json'), '{}')
  await db.script(engine.tracking)
  await deploy(db, INIT)
  await timed('seed', () => db.script(sql.seed(ROWS)))
  const checks = {}
  const [older, newer] = [new Clients('old', 0), new Clients('new', 1)]
  const { columns, stays } = recipe
  const [both, after] = [0, 1]
  const name = (clients, when) => Object.assign(clients, { column: columns[clients.shape][when], when: when === after ? 'after' : 'both' })
  const [staying, going] = stays === 'new' ? [newer, older] : [older, newer]
  const during = async (what, work = () => sleep(SECONDS * 1000)) => {
    phase = what
    return work()
  }
  const differing = async () => Number((await db.query(`SELECT count(*) AS n FROM users WHERE ${sql.differ}`))[0].n)
  /** Everything written last is there, under every name that its value has while both shapes are there. */
  const kept = async () => {
    const [names, tables] = [unique([columns.old[both], columns.new[both]]), unique([older.table, newer.table])]
    const of = (clients) => (recipe.kept ? [names, tables] : [[columns[clients.shape][both]], [clients.table]])
    return (await older.lost(db, ...of(older))) + (await newer.lost(db, ...of(newer)))
  }

  // The naive migration first: both versions run, as they do while a deployment rolls.
  await older.start()
  await during('before')
  await during('naive', async () => {
    // What was begun before is over.
    await sleep(200)
    if (recipe.quiet) await older.stop()
    await timed('naive', () => naive(db, older))
    name(newer, after)
    await newer.start()
    await sleep(SECONDS * 500)
  })
  await Promise.all([older.stop(), newer.stop()])
  await db.script(sql.back)
  for (const clients of [older, newer]) clients.model.clear()
  name(newer, both)

  console.error(await run('expand', UP, ...sql.expand))
  await older.start()
  await during('old alone')
  await during('expand', async () => {
    await timed('expand', () => deploy(db, UP))
    older.when = 'first'
    await sleep(1000)
  })
  // Versions of the new shape may write from now on; they read the new column when it is filled.
  newer.reads = false
  await newer.start()
  await during('backfill', () =>
    timed('backfill', async () => console.error(await run('backfill', '--workers', String(WORKERS)))))
  newer.reads = true
  await during('both')
  await Promise.all([older.stop(), newer.stop()])
  checks['after both shapes'] = { differing: await differing(), lost: await kept() }
  await staying.start()
  const { contract } = JSON.parse(await timed('gates', () => run('contract', '--json', ...(recipe.contract ?? []))))
  await during('contract', async () => {
    await timed('contract', () => deploy(db, contract))
    name(staying, after)
    await sleep(1000)
  })
  await during(`${stays} through the contract`)
  if (stays === 'old') {
    // Their time is over: the new shape has the column's name from now on.
    await older.stop()
    name(newer, after)
    await newer.start()
    await during('new alone')
    await newer.stop()
  } else {
    await newer.stop()
  }
  const last = columns.new[after]
  checks['after the contract'] = {
    lost: (await newer.lost(db, [last], [newer.table])) + (recipe.kept ? await older.lost(db, [last], [newer.table]) : 0),
  }
  if (!recipe.kept) older.model.clear()
  await staying.start()
  await during('contract undone', async () => {
    await timed('contract undone', () => run('rollback', '--confirm', called))
    name(newer, both)
    await sleep(500)
  })
  await going.start()
  await during('both again')
  await Promise.all([older.stop(), newer.stop()])
  checks['after both again'] = { differing: await differing(), lost: await kept() }
  older.when = 'before'
  await older.start()
  await during('expand undone', () => timed('expand undone', () => run('rollback', '--confirm', called)))
  await during('old again')
  await older.stop()
  const first = [columns.old[both]]
  checks['at the end'] = { lost: (await older.lost(db, first, [older.table])) + (recipe.kept ? await newer.lost(db, first, [older.table]) : 0) }
  await db.end()
  return checks
}

/** The phases from expand to the end of the contract. */
const FORWARD = (name) => ['expand', 'backfill', 'both', 'contract', 'new alone'].includes(name) || name.endsWith(' through the contract')

function report(checks) {
  const forward = [...seen].filter(([name]) => FORWARD(name)).flatMap(([, { latencies }]) => latencies).sort((a, b) => a - b)
  const share = (sorted, of) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))].toFixed(1))
  const phases = [...seen].map(([name, { latencies, failed, retried, said }]) => {
    const sorted = latencies.sort((a, b) => a - b)
    const at = (of) => share(sorted, of)
    return { phase: name, queries: sorted.length, failed, ...(retried ? { retried } : {}), p50: at(0.5), p99: at(0.99), p999: at(0.999), longest: at(1), ...(Object.keys(said).length ? { said } : {}) }
  })
  return { recipe: RECIPE, engine: ENGINE, client: CLIENT, rows: ROWS, ops: OPS, forward: share(forward, 0.999), ...(ended ? { ended } : {}), phases, steps, checks }
}

/** Every phase, with more of it than the page has. */
function table({ phases, steps }) {
  const took = new Map(steps.map(({ step, seconds, load }) => [step, `${seconds} s (load ${load})`]))
  const line = (p) => `| ${p.phase} | ${p.queries} | ${p.failed.old + p.failed.new} | ${p.p50} | ${p.p99} | ${p.p999} | ${p.longest} | ${took.get(p.phase) ?? ''} |`
  return ['| phase | queries | failed | p50 | p99 | p99.9 | longest | the step itself |', '|---|---|---|---|---|---|---|---|', ...phases.map(line)].join('\n')
}

const server = await engine.connect(engine.url(engine.maintenance))
try {
  const result = report(await main(server))
  console.log(JSON.stringify(result, null, 2))
  console.log(table(result))
  if (process.argv.includes('--keep')) {
    keep(result)
    render()
  }
  const bad = result.phases.filter((p) => p.phase !== 'naive').some((p) => p.failed.old + p.failed.new > 0)
  const wrong = Object.values(result.checks).some((check) => Object.values(check).some((n) => n > 0))
  if (bad || wrong) process.exitCode = 1
} finally {
  for (const text of engine.drop(database)) await server.script(text)
  await server.end()
  engine.clean?.()
  for (const folder of [cwd, apps]) rmSync(folder, { recursive: true, force: true })
}
