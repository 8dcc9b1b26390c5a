// The same changes with Reshape and with `expand`, on PostgreSQL, by hand:
//
//     RESHAPE=<the program of `cargo install reshape`> node scripts/reshape.mjs [--rows 100000 --seconds 3 --change change-type]
//
// Clients of the old shape and of the new one read and write while each tool works; Reshape's name no schema and have the
// `search_path` of their version. Printed is how long each step took, the longest query of a client meanwhile, what failed, what of
// the column is not as one plain ALTER TABLE leaves it, and what the way back after the end does.
import { spawn } from 'node:child_process'
import { createHash, randomInt, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENGINES } from './load/engines.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const option = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? usual : process.argv[at + 1]
}
const ROWS = Number(option('rows', 100_000))
const SECONDS = Number(option('seconds', 3))
const CLIENTS = 4 // of each shape
const OPS = 200
const engine = ENGINES.postgres
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const database = `unmigrate_reshape_${process.pid}`
const url = Object.assign(new URL(engine.server), { pathname: `/${database}` }).toString()

/** The column that is changed, with all that can hang on one. */
const init = (column) => `CREATE TABLE "levels" ("id" INTEGER NOT NULL, CONSTRAINT "levels_pkey" PRIMARY KEY ("id"));
INSERT INTO "levels" SELECT generate_series(0, 99);
CREATE TABLE "users" ("id" SERIAL NOT NULL, ${column}, "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
`
const hung = (name) => `CREATE INDEX "users_${name}_idx" ON "users"("${name}");
CREATE UNIQUE INDEX "users_${name}_email_key" ON "users"("${name}", "email");
COMMENT ON COLUMN "users"."${name}" IS 'what it is';
COMMENT ON INDEX "users_${name}_idx" IS 'what it is for';
`
const own = (name) => `ALTER TABLE "users" ALTER COLUMN "${name}" SET STATISTICS 500;
GRANT SELECT ("${name}") ON "users" TO PUBLIC;
`
const number = `"points" INTEGER NOT NULL DEFAULT 7, CONSTRAINT "users_points_check" CHECK ("points" >= 0), CONSTRAINT "users_points_fkey" FOREIGN KEY ("points") REFERENCES "levels"("id") ON DELETE RESTRICT`

const wider = {
  seed: `INSERT INTO users (points, email) SELECT g % 100, 'user' || g || '@example.com' FROM generate_series(1, ${ROWS}) g`,
  value: () => randomInt(100),
  up: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE BIGINT;\n',
  expand: [],
  columns: { old: 'points', new: 'points_new', last: 'points' },
  actions: `[[actions]]\ntype = "alter_column"\ntable = "users"\ncolumn = "points"\nup = "points"\ndown = "points"\n  [actions.changes]\n  type = "BIGINT"\n`,
}

const CHANGES = {
  'rename-column': {
    init: init(`"full_name" TEXT NOT NULL DEFAULT 'x', CONSTRAINT "users_full_name_check" CHECK ("full_name" <> '')`) + hung('full_name') + own('full_name'),
    seed: `INSERT INTO users (full_name, email) SELECT 'name ' || g, 'user' || g || '@example.com' FROM generate_series(1, ${ROWS}) g`,
    value: () => randomUUID(),
    up: 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";\n',
    expand: [],
    columns: { old: 'full_name', new: 'display_name', last: 'display_name' },
    actions: `[[actions]]\ntype = "alter_column"\ntable = "users"\ncolumn = "full_name"\n  [actions.changes]\n  name = "display_name"\n`,
  },
  'change-type': { ...wider, init: init(number) + hung('points') },
  // With privileges and settings of the column: `expand` refuses it.
  'change-type-own': { ...wider, init: init(number) + hung('points') + own('points') },
  'make-required': {
    init: init(number.replace(' NOT NULL DEFAULT 7', '')) + hung('points') + own('points'),
    seed: `INSERT INTO users (points, email) SELECT CASE WHEN g % 2 = 0 THEN g % 100 END, 'user' || g || '@example.com' FROM generate_series(1, ${ROWS}) g`,
    value: () => randomInt(100),
    up: 'ALTER TABLE "users" ALTER COLUMN "points" SET NOT NULL;\n',
    plain: 'UPDATE "users" SET "points" = 0 WHERE "points" IS NULL;\nALTER TABLE "users" ALTER COLUMN "points" SET NOT NULL;\n',
    expand: ['--fill', 'users.points=0'],
    columns: { old: 'points', new: 'points', last: 'points' },
    actions: `[[actions]]\ntype = "alter_column"\ntable = "users"\ncolumn = "points"\nup = "COALESCE(points, 0)"\ndown = "points"\n  [actions.changes]\n  nullable = false\n`,
  },
}

/** All that PostgreSQL's catalogs hold of a column, a line each. */
const LIKE = (column) => `SELECT line FROM (
  SELECT 'type ' || format_type(a.atttypid, a.atttypmod) AS line FROM pg_attribute a WHERE a.attrelid = 'public.users'::regclass AND a.attname = '${column}'
  UNION ALL SELECT 'not null ' || a.attnotnull FROM pg_attribute a WHERE a.attrelid = 'public.users'::regclass AND a.attname = '${column}'
  UNION ALL SELECT 'default ' || pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'public.users'::regclass AND a.attname = '${column}'
  UNION ALL SELECT 'statistics target ' || a.attstattarget FROM pg_attribute a WHERE a.attrelid = 'public.users'::regclass AND a.attname = '${column}'
  UNION ALL SELECT 'privileges ' || a.attacl::text FROM pg_attribute a WHERE a.attrelid = 'public.users'::regclass AND a.attname = '${column}' AND a.attacl IS NOT NULL
  UNION ALL SELECT 'comment ' || col_description(a.attrelid, a.attnum) FROM pg_attribute a WHERE a.attrelid = 'public.users'::regclass AND a.attname = '${column}' AND col_description(a.attrelid, a.attnum) IS NOT NULL
  UNION ALL SELECT 'index ' || replace(pg_get_indexdef(i.indexrelid), 'public.', '') || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END FROM pg_index i WHERE i.indrelid = 'public.users'::regclass AND NOT i.indisprimary
  UNION ALL SELECT 'comment of an index ' || obj_description(i.indexrelid, 'pg_class') FROM pg_index i WHERE i.indrelid = 'public.users'::regclass AND obj_description(i.indexrelid, 'pg_class') IS NOT NULL
  UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'public.users'::regclass
  UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = 'public.users'::regclass AND NOT tgisinternal) all_of_it ORDER BY line`

/** Clients of one shape. They remember what they wrote, each in rows of its own. */
class Clients {
  constructor(number, column, path) {
    Object.assign(this, { number, column, path, model: new Map(), latencies: [], failed: 0, said: undefined })
  }

  async start(value) {
    this.running = true
    this.loops = Array.from({ length: CLIENTS }, (_, n) => this.loop(n, value))
  }

  async stop() {
    this.running = false
    await Promise.all(this.loops)
  }

  take() {
    const { latencies, failed, said } = this
    Object.assign(this, { latencies: [], failed: 0, said: undefined })
    return { latencies, failed, said }
  }

  async loop(n, value) {
    const db = await engine.connect(url)
    if (this.path) await db.script(`SET search_path TO ${this.path}`)
    const every = (1000 * CLIENTS * 2) / OPS
    while (this.running) {
      const begun = performance.now()
      await this.one(db, n, value).catch((error) => {
        this.failed += 1
        this.said ??= error.message
      })
      const took = performance.now() - begun
      this.latencies.push(took)
      await sleep(Math.max(0, every - took))
    }
    await db.end()
  }

  async one(db, n, value) {
    const at = 1 + Math.floor(Math.random() * (ROWS / 8 - 1)) * 8 + this.number * CLIENTS + n
    const [email, dice, column] = [`user${at}@example.com`, Math.random(), this.column]
    if (dice < 0.5) {
      const [row] = await db.query(`SELECT id, ${column} FROM users WHERE email = $1`, [email])
      if (this.model.has(email) && row?.[column] !== this.model.get(email)) throw new Error(`${column} holds ${row?.[column]}, and another value was written`)
    } else if (dice < 0.9) {
      const given = value()
      await db.query(`UPDATE users SET ${column} = $1 WHERE email = $2`, [given, email])
      this.model.set(email, given)
    } else {
      const [given, fresh] = [value(), `${randomUUID()}@example.com`]
      await db.query(`INSERT INTO users (${column}, email) VALUES ($1, $2)`, [given, fresh])
      this.model.set(fresh, given)
    }
  }

  /** What was written and is not there under this name and path. */
  async lost(column, path) {
    const db = await engine.connect(url)
    if (path) await db.script(`SET search_path TO ${path}`)
    const rows = await db.query(`SELECT email, ${column} AS held FROM users`)
    const held = new Map(rows.map((row) => [row.email, row.held]))
    await db.end()
    return [...this.model].filter(([email, value]) => held.get(email) !== value).length
  }
}

function run(command, args, cwd, env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (data) => (said += data))
    child.stderr.on('data', (data) => (said += data))
    child.on('close', (code) => done({ code, said }))
  })
}

/** How `expand` does it: `start`, `complete`, `back`. */
function ours(change, cwd) {
  const UP = '20260102000000_change'
  const folder = (name) => join(cwd, 'prisma/migrations', name)
  const write = (name, text) => {
    mkdirSync(folder(name), { recursive: true })
    writeFileSync(join(folder(name), 'migration.sql'), text)
  }
  const deploy = async (db, name) => {
    const text = readFileSync(join(folder(name), 'migration.sql'), 'utf8')
    await db.script(text)
    await db.query(`INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
      VALUES ('${randomUUID()}', '${createHash('sha256').update(text).digest('hex')}', now(), '${name}', 1)`)
  }
  const cli = async (...args) => {
    const done = await run(process.execPath, [join(root, 'cli.js'), ...args, '--url-env', 'APP_URL'], cwd, { APP_URL: url })
    if (done.code !== 0) throw new Error(`${args.join(' ')}: ${done.said}`)
    return done.said
  }
  return {
    paths: {},
    columns: change.columns,
    async begin(db) {
      write('20260101000000_init', change.init)
      writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), 'provider = "postgresql"\n')
      writeFileSync(join(cwd, 'package.json'), '{}')
      await db.script(engine.tracking)
      await deploy(db, '20260101000000_init')
      write(UP, change.up)
      await cli('expand', UP, ...change.expand)
    },
    async start(db) {
      await deploy(db, UP)
      await cli('backfill')
    },
    async complete(db) {
      const { contract } = JSON.parse(await cli('contract', '--json', '--skip-gate', 'compat', '--reason', 'no repository here'))
      await deploy(db, contract)
    },
    back: () => cli('rollback', '--confirm', database).then(() => 'undone, with its values', (error) => error.message),
  }
}

/** How Reshape does it. Its first migration only makes the views of what is there. */
function reshape(change, cwd) {
  const call = async (...args) => {
    // Else it wants a certificate for the server's address.
    const done = await run(process.env.RESHAPE, ['migration', ...args, '--url', `${url}?sslmode=disable`], cwd, {})
    if (done.code !== 0) throw new Error(`reshape migration ${args.join(' ')}: ${done.said.split('Stack backtrace')[0].trim()}`)
    return done.said
  }
  const write = (name, text) => writeFileSync(join(cwd, 'migrations', `${name}.toml`), text)
  return {
    paths: { old: 'migration_1_first', new: 'migration_2_change' },
    columns: { ...change.columns, new: change.columns.last },
    async begin(db) {
      await db.script(change.init)
      mkdirSync(join(cwd, 'migrations'))
      write('1_first', '[[actions]]\ntype = "custom"\nstart = "SELECT 1"\n')
      await call('start', '--complete')
      write('2_change', change.actions)
    },
    start: () => call('start'),
    complete: () => call('complete'),
    back: () => call('abort').then((said) => `says: ${said.trim().split('\n').pop()}`, (error) => error.message),
  }
}

async function one(name, who, server) {
  const change = CHANGES[name]
  for (const text of engine.drop(database)) await server.script(text)
  await server.script(`CREATE DATABASE ${database}`)
  const cwd = mkdtempSync(join(tmpdir(), 'reshape-'))
  const db = await engine.connect(url)
  try {
    const tool = { ours, reshape }[who](change, cwd)
    await tool.begin(db)
    await db.script(`${change.seed}; ANALYZE users`)
    const old = new Clients(0, tool.columns.old, tool.paths.old)
    const fresh = new Clients(1, tool.columns.new, tool.paths.new)
    const phases = []
    const during = async (phase, work) => {
      const begun = performance.now()
      await work()
      const seconds = (performance.now() - begun) / 1000
      const seen = [old.take(), fresh.take()]
      const latencies = seen.flatMap((one) => one.latencies)
      phases.push({ phase, seconds: Number(seconds.toFixed(2)), load: Number(loadavg()[0].toFixed(1)), queries: latencies.length, failed: seen[0].failed + seen[1].failed, longest: Math.round(Math.max(0, ...latencies)), said: seen[0].said ?? seen[1].said })
    }
    await old.start(change.value)
    await during('before', () => sleep(SECONDS * 1000))
    await during('start', () => tool.start(db).then(() => sleep(200)))
    await fresh.start(change.value)
    await during('both', () => sleep(SECONDS * 1000))
    await Promise.all([old.stop(), fresh.stop()])
    const lost = { oldUnderNew: await old.lost(tool.columns.new, tool.paths.new), newUnderOld: await fresh.lost(tool.columns.old, tool.paths.old) }
    // Where the name changes with the end, nobody can run through it.
    const stays = tool.columns.new === tool.columns.last
    if (stays) await fresh.start(change.value)
    await during('complete', () => tool.complete(db).then(() => sleep(200)))
    if (!stays) {
      fresh.column = tool.columns.last
      await fresh.start(change.value)
    }
    await during('after', () => sleep(SECONDS * 500))
    await fresh.stop()
    lost.after = await fresh.lost(tool.columns.last, tool.paths.new)
    const is = (await db.query(LIKE(tool.columns.last))).map((row) => row.line)
    let back
    await during('back', async () => (back = await tool.back()))
    return { phases, lost, is, back }
  } finally {
    await db.end()
    rmSync(cwd, { recursive: true, force: true })
  }
}

/** The column as one plain ALTER TABLE leaves it. */
async function wanted(name, server) {
  const change = CHANGES[name]
  for (const text of engine.drop(database)) await server.script(text)
  await server.script(`CREATE DATABASE ${database}`)
  const db = await engine.connect(url)
  await db.script(`${change.init}${change.seed}`)
  await db.script(change.plain ?? change.up)
  const lines = (await db.query(LIKE(change.columns.last))).map((row) => row.line)
  await db.end()
  return lines
}

const server = await engine.connect(Object.assign(new URL(engine.server), { pathname: `/${engine.maintenance}` }).toString())
try {
  for (const name of option('change') ? [option('change')] : Object.keys(CHANGES)) {
    const right = await wanted(name, server)
    for (const who of process.env.RESHAPE ? ['reshape', 'ours'] : ['ours']) {
      const { phases, lost, is, back } = await one(name, who, server).catch((error) => ({ phases: [], lost: error.message, is: [], back: '' }))
      console.log(`\n## ${name}, ${who}, ${ROWS} rows`)
      for (const p of phases) console.log(`| ${p.phase} | ${p.seconds} s (load ${p.load}) | ${p.queries} queries | ${p.failed} failed | longest ${p.longest} ms | ${p.said ?? ''} |`)
      console.log('lost:', JSON.stringify(lost))
      console.log('missing:', JSON.stringify(right.filter((line) => !is.includes(line)), null, 1))
      console.log('more:', JSON.stringify(is.filter((line) => !right.includes(line)), null, 1))
      console.log('way back after the end:', back)
    }
  }
} finally {
  for (const text of engine.drop(database)) await server.script(text)
  await server.end()
}
