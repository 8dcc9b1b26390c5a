// What generating and verifying cost, each number beside what it is measured against. Nothing fails here: a machine with other work
// makes every number worse.
//
//   npm run bench                          over the fixtures and examples of this repository
//   UNMIGRATE_CORPUS=.. npm run bench      over whole real histories, <tool>/<dialect>/<name>
//   npm run bench -- verify                only that section (`against`, `command`, `lengths`, `verify`, `rollback`, `check`)
//
// With `--built`, the addon is taken as it lies there, and not built first. The server for `verify` and `rollback` is that of
// the tests.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const ROUNDS = 9
const folders = (dir) => (existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)).filter((path) => statSync(path).isDirectory()) : [])

/** Whole histories, by where they lie. */
function histories() {
  const corpus = process.env.UNMIGRATE_CORPUS
  if (corpus) {
    const dialects = ['prisma', 'drizzle'].flatMap((tool) => ['postgresql', 'mysql', 'sqlite'].map((dialect) => join(corpus, tool, dialect)))
    return dialects.flatMap(folders)
  }
  const projects = [...folders(join(ROOT, 'tests', 'fixtures')), ...folders(join(ROOT, 'examples'))]
  return projects.flatMap((project) => [join(project, 'prisma', 'migrations'), join(project, 'drizzle')]).filter(existsSync)
}

/** Those that are repeated to make a long one: the longest of Prisma's for PostgreSQL, else what there is. */
function base(all) {
  const own = all.filter((dir) => dir.includes(join('prisma', 'postgresql')))
  const longest = own.sort((a, b) => readdirSync(b).length - readdirSync(a).length).slice(0, 4)
  return longest.length > 0 ? longest : all.filter((dir) => dir.includes('prisma-shop'))
}

function npm(...args) {
  execFileSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' })
}

/** Asks `tests/benches/replay.rs`. */
function replay(...args) {
  const words = ['bench', '--quiet', '--package', 'unmigrate-tests', '--bench', 'replay', '--', ...args.map(String)]
  const run = spawnSync('cargo', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 })
  if (run.status !== 0) throw new Error(`replay ${args[0]} ended with ${run.status}`)
  return JSON.parse(run.stdout.trim().split('\n').at(-1))
}

function milliseconds(args, ends = [0]) {
  const start = process.hrtime.bigint()
  const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  const time = Number(process.hrtime.bigint() - start) / 1e6
  if (!ends.includes(run.status)) throw new Error(`node ${args.join(' ')} ended with ${run.status}: ${run.stderr}`)
  return time
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const table = (head, rows) => {
  const lines = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at].length)))
  for (const line of lines) console.log('  ' + line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '))
}

function against(all) {
  console.log('\nThe rollbacks of whole histories, against sqlparser parsing the same statements (goal: at most 2 times)\n')
  const rows = replay('compare', ...all)
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
  const total = { dialect: 'all', ...Object.fromEntries(['histories', 'migrations', 'statements', 'rollbacks', 'sqlparser'].map((key) => [key, sum(key)])) }
  table(
    ['', 'histories', 'migrations', 'statements', 'rollbacks', 'sqlparser', 'ratio'],
    [...rows, total].map((row) => [
      row.dialect,
      row.histories,
      row.migrations,
      row.statements,
      `${row.rollbacks.toFixed(1)} ms`,
      `${row.sqlparser.toFixed(1)} ms`,
      (row.rollbacks / row.sqlparser).toFixed(2),
    ]),
  )
}

/** On ext4 a run right after another is slower: thousands of files were removed, and their inodes are not given away again for
 *  some minutes, but looked at for every file that is made. */
function command(from) {
  console.log('\nnode cli.js generate over 400 migrations, over node -e 0 (goals: 120 ms writing all, 60 ms writing none)\n')
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-bench-'))
  const fresh = join(folder, 'fresh')
  replay('write', 400, fresh, ...from)
  const times = { nothing: [], first: [], second: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const dir = join(folder, `migrations-${round}`)
    cpSync(fresh, dir, { recursive: true })
    times.nothing.push(milliseconds(['-e', '0']))
    times.first.push(milliseconds(['cli.js', 'generate', '--dir', dir]))
    times.second.push(milliseconds(['cli.js', 'generate', '--dir', dir]))
  }
  rmSync(folder, { recursive: true })
  const [nothing, first, second] = [times.nothing, times.first, times.second].map(median)
  const row = (name, time) => [name, `${time.toFixed(0)} ms`, `${(time - nothing).toFixed(0)} ms`]
  table(['', 'median', 'over node'], [row('node -e 0', nothing), row('first, writing all', first), row('second, writing none', second)])
}

/** A real history of Prisma's for PostgreSQL that is long enough, cut; else one that is made by repeating what there is. */
function long(into, count, all) {
  const names = (dir) => readdirSync(dir).filter((name) => existsSync(join(dir, name, 'migration.sql'))).sort()
  const real = all.filter((dir) => dir.includes(join('prisma', 'postgresql'))).find((dir) => names(dir).length >= count)
  if (!real) {
    replay('write', count, into, ...base([...all]))
    return 'made by repeating shorter ones under other names'
  }
  for (const name of names(real).slice(0, count)) cpSync(join(real, name), join(into, name), { recursive: true })
  cpSync(join(real, 'migration_lock.toml'), join(into, 'migration_lock.toml'))
  return `real, the first ${count} of ${names(real).length}`
}

function node(...args) {
  const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.status === 2 || run.status === null) throw new Error(run.stderr.trim() || run.stdout.slice(0, 400))
  return run.stdout
}

function verify(all) {
  const server = process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-bench-'))
  const dir = join(folder, 'migrations')
  console.log(`\nverify over 400 migrations (${long(dir, 400, all)}), against up, down, up alone through the same driver (goal: at most 5 times)\n`)
  node('cli.js', 'generate', '--dir', dir)
  const engines = [['server', server], ['pglite']]
  const found = engines.map((engine) => JSON.parse(node('scripts/bench-verify.mjs', dir, ...engine).trim().split('\n').at(-1)))
  const ms = (time) => (time === null ? '-' : `${(time / 1e3).toFixed(1)} s`)
  const work = (cost) => (cost.own === null ? null : cost.own + (cost.server ?? 0))
  table(
    ['', 'alone', 'verify', 'ratio', 'on processors', 'alone', 'ratio', 'queries', 'memory'],
    found.map(({ engine, alone, walk, memory }) => [
      engine,
      ms(alone.clock),
      ms(walk.clock),
      (walk.clock / alone.clock).toFixed(1),
      ms(work(walk)),
      ms(work(alone)),
      work(alone) === null ? '-' : (work(walk) / work(alone)).toFixed(1),
      walk.calls,
      `${(memory / 1e6).toFixed(0)} MB`,
    ]),
  )
  console.log('')
  table(
    ['of the clock', 'the files', 'rows', 'catalogs', 'built anew', 'how often', 'the rest: comparing, planning'],
    found.map(({ engine, walk, files, rows, catalogs, anew, times }) => [
      engine,
      ...[files, rows, catalogs, anew].map(ms),
      times,
      ms(walk.clock - files - rows - catalogs - anew),
    ]),
  )
  for (const { engine, verdicts } of found) {
    const tally = new Map()
    for (const [, verdict] of verdicts) tally.set(verdict, (tally.get(verdict) ?? 0) + 1)
    console.log(`  ${engine}: ${[...tally].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`)
  }
  console.log('\nnode cli.js verify with all of it remembered, over node -e 0\n')
  node('cli.js', 'verify', '--dir', dir, '--engine', 'server', '--scratch-url', server)
  const times = { nothing: [], verify: [] }
  const again = ['cli.js', 'verify', '--dir', dir, '--engine', 'server', '--scratch-url', server]
  for (let round = 0; round < ROUNDS; round++) {
    times.nothing.push(milliseconds(['-e', '0']))
    times.verify.push(milliseconds(again, [0, 1]))
  }
  rmSync(folder, { recursive: true })
  const [nothing, remembered] = [times.nothing, times.verify].map(median)
  table(
    ['', 'median', 'over node', 'ratio'],
    [
      ['node -e 0', `${nothing.toFixed(0)} ms`, '', ''],
      ['verify', `${remembered.toFixed(0)} ms`, `${(remembered - nothing).toFixed(0)} ms`, (remembered / nothing).toFixed(2)],
    ],
  )
}

function lengths(from) {
  console.log('\nOne history against its length (goal: the same for every migration)\n')
  const rows = [100, 1_000, 10_000].map((count) => replay('length', count, ...from))
  table(
    ['migrations', 'SQL', 'time', 'each', 'peak memory'],
    rows.map((row) => [
      row.migrations,
      `${(row.bytes / 1e6).toFixed(1)} MB`,
      `${row.milliseconds.toFixed(0)} ms`,
      `${((row.milliseconds / row.migrations) * 1e3).toFixed(0)} µs`,
      row.peak === null ? '-' : `${(row.peak / 1e6).toFixed(0)} MB`,
    ]),
  )
}

/** A history of this many migrations, the last of which is rolled back again and again. */
const MIGRATIONS = 50

function psql(url, sql) {
  const run = spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-f', '-'], { input: sql, encoding: 'utf8' })
  if (run.error || run.status !== 0) throw run.error ?? new Error(run.stderr)
}

function onPostgres() {
  console.log(`\nnode cli.js rollback of the last of ${MIGRATIONS} migrations as a whole process, against psql running the same SQL`)
  console.log("(goal: at most 1.5 times psql, and Node's start)\n")
  const server = (process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432').replace(/\/$/, '')
  const database = `unmigrate_bench_${process.pid}`
  const url = `${server}/${database}`
  const dir = mkdtempSync(join(tmpdir(), 'unmigrate-bench-'))
  psql(`${server}/postgres`, `CREATE DATABASE ${database}`)
  try {
    const name = (n) => `${20260101000000 + n}_m${n}`
    const migrations = join(dir, 'prisma', 'migrations')
    const up = (n) => `CREATE TABLE "t${n}" ("id" SERIAL NOT NULL, "name" TEXT NOT NULL, "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "t${n}_pkey" PRIMARY KEY ("id"));
CREATE INDEX "t${n}_name_idx" ON "t${n}"("name");
ALTER TABLE "t0" ADD COLUMN "of${n}" INTEGER;
ALTER TABLE "t0" ADD CONSTRAINT "t0_of${n}_fkey" FOREIGN KEY ("of${n}") REFERENCES "t${n}"("id") ON DELETE SET NULL ON UPDATE CASCADE;
`
    const texts = Array.from({ length: MIGRATIONS }, (_, n) => (n === 0 ? 'CREATE TABLE "t0" ("id" INTEGER NOT NULL, CONSTRAINT "t0_pkey" PRIMARY KEY ("id"));\n' : up(n)))
    mkdirSync(migrations, { recursive: true })
    writeFileSync(join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n')
    const row = (n) => `INSERT INTO _prisma_migrations VALUES ('${n}', '${createHash('sha256').update(texts[n]).digest('hex')}', now(), '${name(n)}', NULL, NULL, now() + interval '${n} s', 1);\n`
    texts.forEach((text, n) => {
      mkdirSync(join(migrations, name(n)))
      writeFileSync(join(migrations, name(n), 'migration.sql'), text)
    })
    psql(url, `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);\n${texts.map((text, n) => text + row(n)).join('')}`)
    milliseconds(['cli.js', 'generate', '--dir', migrations])
    const last = MIGRATIONS - 1
    const down = readFileSync(join(migrations, name(last), 'down.sql'), 'utf8')
    const same = join(dir, 'same.sql')
    writeFileSync(same, down.replace(/COMMIT;\s*$/, `DELETE FROM _prisma_migrations WHERE migration_name = '${name(last)}';\nCOMMIT;\n`))
    const times = { node: [], psql: [], ours: [] }
    for (let round = 0; round < ROUNDS; round++) {
      times.node.push(milliseconds(['-e', '0']))
      const start = process.hrtime.bigint()
      psql(url, readFileSync(same, 'utf8'))
      times.psql.push(Number(process.hrtime.bigint() - start) / 1e6)
      psql(url, texts[last] + row(last))
      times.ours.push(milliseconds(['cli.js', 'rollback', '--dir', migrations, '--url', url, '--confirm', database]))
      psql(url, texts[last] + row(last))
    }
    const [node, theirs, ours] = [times.node, times.psql, times.ours].map(median)
    table(
      ['', 'median'],
      [
        ['node -e 0', `${node.toFixed(0)} ms`],
        ['psql', `${theirs.toFixed(0)} ms`],
        ['node cli.js rollback', `${ours.toFixed(0)} ms`],
        ['1.5 x psql + node', `${(1.5 * theirs + node).toFixed(0)} ms`],
        ['over node, against psql', `${((ours - node) / theirs).toFixed(2)} times`],
      ],
    )
  } finally {
    psql(`${server}/postgres`, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    rmSync(dir, { recursive: true })
  }
}

/** `check` over 100 files beside squawk, which does not replay them: by itself, and as a whole process. */
async function checking(all) {
  const { installed } = await import('../tests/tools/install.mjs')
  const { check } = await import('../index.js')
  const tool = installed('squawk')
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-bench-'))
  const dir = join(folder, 'migrations')
  const which = long(dir, 100, all)
  const files = readdirSync(dir).map((name) => join(dir, name, 'migration.sql')).filter(existsSync)
  console.log(`\ncheck over ${files.length} migrations (${which}), against squawk over the same files (goals: in process at most its native`)
  console.log('binary, as a whole process at most its npm command)\n')
  const native = join(tool, 'node_modules', '@squawk-cli', `${process.platform}-${process.arch}`)
  const binary = [join(native, 'squawk'), join(native, 'bin', 'squawk')].find(existsSync)
  if (!binary) throw new Error(`no binary of squawk in ${native}`)
  const clock = (command, args) => {
    const start = process.hrtime.bigint()
    const run = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
    if (run.error || run.status > 1) throw run.error ?? new Error(`${command} ended with ${run.status}: ${run.stderr}`)
    return Number(process.hrtime.bigint() - start) / 1e6
  }
  const reporter = ['--reporter', 'json', ...files]
  const ways = {
    'check() in a process that runs': async () => {
      const start = process.hrtime.bigint()
      await check({ cwd: folder, dirs: [dir], every: true })
      return Number(process.hrtime.bigint() - start) / 1e6
    },
    'squawk, its native binary': () => clock(binary, reporter),
    'node cli.js check': () => clock(process.execPath, [join(ROOT, 'cli.js'), 'check', '--all', '--json', '--dir', dir]),
    'squawk, its npm command': () => clock(process.execPath, [join(tool, 'node_modules', 'squawk-cli', 'js', 'bin', 'squawk'), ...reporter]),
    'node -e 0': () => clock(process.execPath, ['-e', '0']),
  }
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  // In turns, so that what else runs here meets all of them; the first round is not counted.
  for (let round = 0; round <= 2 * ROUNDS; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const time = await way()
      if (round > 0) times[name].push(time)
    }
  }
  rmSync(folder, { recursive: true })
  const [ours, theirs, whole, npm] = Object.values(times).map((all) => median([...all]))
  const best = Object.values(times).map((all) => Math.min(...all))
  const ms = (time) => `${time.toFixed(1)} ms`
  table(['', 'median', 'fastest'], Object.keys(ways).map((name) => [name, ms(median([...times[name]])), ms(Math.min(...times[name]))]))
  console.log(`\n  in process: ${(ours / theirs).toFixed(2)} times the native binary (fastest: ${(best[0] / best[1]).toFixed(2)}); as a process: ${(whole / npm).toFixed(2)} times the npm command (fastest: ${(best[2] / best[3]).toFixed(2)})`)
}

if (!process.argv.includes('--built')) {
  npm('install', '--no-audit', '--no-fund', '--loglevel=error')
  npm('run', '--silent', 'build')
}
const all = histories()
const sections = { against: () => against(all), command: () => command(base([...all])), lengths: () => lengths(base([...all])), verify: () => verify(all), rollback: onPostgres, check: () => checking(all) }
const asked = process.argv.slice(2).filter((word) => word in sections)
for (const name of asked.length > 0 ? asked : Object.keys(sections)) await sections[name]()
