// Expand and contract under load, by hand:
// `npm run load -- [recipe] [--rows 1000000 --seconds 10 --ops 200 --engine postgres --workers 1]`; the recipes are in
// load/recipes.mjs, and `rename-column` is meant where none is named.
//
// Clients of the old shape and of the new one read, write, upsert and delete through every phase and back. Counted are
// failed queries, values that are not what was written last, rows whose two sides differ, and how long the slowest query
// took; then the same load meets the naive migration. The clients know only the names of their own shape.
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENGINES } from './load/engines.mjs'
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
const CLIENTS = 4 // of each shape

const sha256 = (text) => createHash('sha256').update(text).digest('hex')
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const engine = ENGINES[ENGINE]
const recipe = RECIPES[RECIPE]
if (!recipe?.[ENGINE]) throw new Error(`no recipe ${RECIPE} on ${ENGINE}; there are ${Object.keys(RECIPES).join(', ')}`)
const sql = recipe[ENGINE]

/** What all clients have seen, by phase. */
const seen = new Map()
let phase = 'before'
function note(at, ms, shape, failure) {
  const entry = seen.get(at) ?? { latencies: [], failed: { old: 0, new: 0 }, first: undefined }
  seen.set(at, entry)
  entry.latencies.push(ms)
  if (failure) {
    entry.failed[shape] += 1
    entry.first ??= `${shape}: ${failure.message}`
  }
}

/** Clients of one shape, each with rows that it alone writes and remembers. */
class Clients {
  constructor(shape, number) {
    Object.assign(this, { shape, number, table: recipe.tables?.[shape] ?? 'users', column: recipe.columns[shape][0], reads: true, model: new Map() })
  }

  async start() {
    this.running = true
    this.loops = []
    for (let n = 0; n < CLIENTS; n += 1) {
      const db = await engine.connect(String(url))
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
      const began = phase
      const failure = await this.one(db, n).then(() => undefined, (error) => error)
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

  async one(db, n) {
    const { column, table } = this
    const email = this.email(n)
    const value = recipe.value(this.shape)
    const at = engine.at
    const own = sql.clients?.[this.shape] ?? {}
    const dice = Math.random()
    if (dice < 0.4) {
      const name = this.reads ? column : 'score'
      const [row] = await db.query(`SELECT id, email, ${name} FROM ${table} WHERE email = ${at(1)}`, [email])
      const wanted = this.model.get(email)
      if (this.reads && this.model.has(email) && row?.[column] !== wanted) {
        throw new Error(`${email} holds ${row?.[column]}, and ${wanted} was written`)
      }
    } else if (dice < 0.65) {
      // The row may have been deleted: then nothing is written.
      const plain = () => db.change(`UPDATE ${table} SET ${column} = ${at(1)} WHERE email = ${at(2)}`, [value, email])
      const changed = await (own.update ? this.together(db, own.update, email, value) : plain())
      // Or it is not filled yet, in a table that comes: then nothing was written, and what was there stays.
      if (changed === 0 && !this.reads) this.model.delete(email)
      else this.remember(email, changed === 0 ? undefined : value)
    } else if (dice < 0.8) {
      if (own.upsert) await this.together(db, own.upsert, email, value)
      else await db.query(engine.upsert(table, column), [email, value])
      this.remember(email, value)
    } else if (dice < 0.9) {
      const fresh = `${randomUUID()}@example.com`
      if (own.insert) await this.together(db, own.insert, fresh, value)
      else await db.query(`INSERT INTO ${table} (${column}, email) VALUES (${at(1)}, ${at(2)})`, [value, fresh])
      this.remember(fresh, value)
    } else {
      await db.query(`DELETE FROM ${own.deletes ?? table} WHERE email = ${at(1)}`, [email])
      this.remember(email, undefined)
    }
  }

  /** Statements of one transaction, each over the email and, where it has a value, the value. Gives what the last has changed. */
  async together(db, statements, email, value) {
    await db.script('BEGIN')
    try {
      let changed = 0
      for (const { text, by } of statements) changed = await db.change(text, by(email, value))
      await db.script('COMMIT')
      return changed
    } catch (error) {
      await db.script('ROLLBACK')
      throw error
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
const url = Object.assign(new URL(engine.server), { pathname: `/${database}` })
const cwd = mkdtempSync(join(tmpdir(), 'unmigrate-load-'))

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

const unique = (all) => [...new Set(all)]

async function main(server) {
  for (const text of engine.drop(database)) await server.script(text)
  await server.script(`CREATE DATABASE ${database}`)
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
  const name = (clients, when) => (clients.column = columns[clients.shape][when])
  const [staying, going] = stays === 'new' ? [newer, older] : [older, newer]
  const during = async (what, work = () => sleep(SECONDS * 1000)) => {
    phase = what
    return work()
  }
  const differing = async () => Number((await db.query(`SELECT count(*) AS n FROM users WHERE ${sql.differ}`))[0].n)
  /** Everything written last is there, under every name that its value has while both shapes are there. */
  const kept = async () => {
    const own = (clients) => (recipe.kept ? unique([columns.old[both], columns.new[both]]) : [columns[clients.shape][both]])
    const tables = unique([older.table, newer.table])
    return (await older.lost(db, own(older), tables)) + (await newer.lost(db, own(newer), tables))
  }

  // The naive migration first: both versions run, as they do while a deployment rolls.
  await older.start()
  await during('before')
  await during('naive', async () => {
    // What was begun before is over.
    await sleep(200)
    if (recipe.quiet) await older.stop()
    await timed('naive', () => db.script(sql.naive))
    if (recipe.quiet) await older.start()
    name(newer, after)
    await newer.start()
    await sleep(SECONDS * 500)
  })
  await Promise.all([older.stop(), newer.stop()])
  await db.script(sql.back)
  for (const clients of [older, newer]) clients.model.clear()
  name(newer, both)

  await run('expand', UP, ...sql.expand)
  await older.start()
  await during('old alone')
  await during('expand', async () => {
    await timed('expand', () => deploy(db, UP))
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
    await timed('contract undone', () => run('rollback', '--confirm', database))
    name(newer, both)
    await sleep(500)
  })
  await going.start()
  await during('both again')
  await Promise.all([older.stop(), newer.stop()])
  checks['after both again'] = { differing: await differing(), lost: await kept() }
  await older.start()
  await during('expand undone', () => timed('expand undone', () => run('rollback', '--confirm', database)))
  await during('old again')
  await older.stop()
  const first = [columns.old[both]]
  checks['at the end'] = { lost: (await older.lost(db, first, [older.table])) + (recipe.kept ? await newer.lost(db, first, [older.table]) : 0) }
  await db.end()
  return checks
}

function report(checks) {
  const phases = [...seen].map(([name, { latencies, failed, first }]) => {
    const sorted = latencies.sort((a, b) => a - b)
    const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1))
    return { phase: name, queries: sorted.length, failed, p50: at(0.5), p99: at(0.99), p999: at(0.999), longest: at(1), ...(first ? { first } : {}) }
  })
  return { recipe: RECIPE, engine: ENGINE, rows: ROWS, ops: OPS, phases, steps, checks }
}

/** As docs/expand.md has it. */
function table({ phases, steps }) {
  const took = new Map(steps.map(({ step, seconds, load }) => [step, `${seconds} s (load ${load})`]))
  const line = (p) => `| ${p.phase} | ${p.queries} | ${p.failed.old + p.failed.new} | ${p.p50} | ${p.p99} | ${p.p999} | ${p.longest} | ${took.get(p.phase) ?? ''} |`
  return ['| phase | queries | failed | p50 | p99 | p99.9 | longest | the step itself |', '|---|---|---|---|---|---|---|---|', ...phases.map(line)].join('\n')
}

const server = await engine.connect(Object.assign(new URL(engine.server), { pathname: `/${engine.maintenance}` }).toString())
try {
  const result = report(await main(server))
  console.log(JSON.stringify(result, null, 2))
  console.log(table(result))
  const bad = result.phases.filter((p) => p.phase !== 'naive').some((p) => p.failed.old + p.failed.new > 0)
  const wrong = Object.values(result.checks).some((check) => Object.values(check).some((n) => n > 0))
  if (bad || wrong) process.exitCode = 1
} finally {
  for (const text of engine.drop(database)) await server.script(text)
  await server.end()
  rmSync(cwd, { recursive: true, force: true })
}
