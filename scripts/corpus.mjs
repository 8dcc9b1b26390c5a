// Judges the rollbacks of real histories, and writes docs/corpus.md.
//
//   UNMIGRATE_CORPUS=.. UNMIGRATE_JUDGE=.. npm run corpus             all of them, and the page
//   UNMIGRATE_CORPUS=.. UNMIGRATE_JUDGE=.. npm run corpus -- NAME ..  those whose folder's name holds NAME; no page
//
// With `--built` among the names, the addon is taken as it lies there, and not built first.
//
// The corpus is a folder of histories, <tool>/<dialect>/<name>; the judge a program that walks a history on a database,
// runs every rollback that `generate` wrote, and compares what the database holds. It shares nothing with this project:
//
//   judge --engine pg|mysql|sqlite --url URL --data --json OUT --generate 'CMD {dir}' HISTORY
//
// What it says of each migration stays in target/corpus/, one file per history, and beside it a fingerprint of what was
// judged: the judge, the migrations, and of each rollback its grade and its statements. A history whose fingerprint has
// not changed is not walked again; `--again` among the names walks it all the same. `--page` walks nothing: it writes the
// page of what was judged so far, and says what was not. With `--observe`, `generate` runs what can't be read on a scratch
// database of the same engine; that has a page of its own, docs/corpus-observed.md.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const { UNMIGRATE_CORPUS: corpus, UNMIGRATE_JUDGE: judge } = process.env
const ENGINES = [
  { dialect: 'postgresql', engine: 'pg', title: 'PostgreSQL', url: process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres' },
  { dialect: 'mysql', engine: 'mysql', title: 'MariaDB', url: process.env.UNMIGRATE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306' },
  { dialect: 'sqlite', engine: 'sqlite', title: 'SQLite', url: '' },
]
const TOOLS = ['prisma', 'drizzle']
const OBSERVE = process.argv.includes('--observe')
const [KEPT, OTHERS] = (OBSERVE ? ['corpus-observed', 'corpus'] : ['corpus', 'corpus-observed']).map((name) => join(ROOT, 'target', name))
const PAGE = OBSERVE ? 'corpus-observed.md' : 'corpus.md'
const VERDICTS = ['exact', 'differs', 'fails', 'declined', 'lost', 'half', 'missing']

/** What has to hold for each engine: of the migrations whose up applies. */
const GOALS = [
  OBSERVE
    ? { what: 'exact', limit: 'at least 99 %', of: (t) => t.exact, holds: (share) => share >= 0.99 }
    : { what: 'exact', limit: 'at least 97 %', of: (t) => t.exact, holds: (share) => share >= 0.97 },
  ...(OBSERVE ? [{ what: 'declined', limit: 'under 1 %', of: (t) => t.declined, holds: (share) => share < 0.01 }] : []),
  { what: 'differs', limit: 'under 1 %', of: (t) => t.differs, holds: (share) => share < 0.01 },
  { what: 'fails', limit: 'under 1 %', of: (t) => t.fails, holds: (share) => share < 0.01 },
  { what: 'lost', limit: 'none', of: (t) => t.lost, holds: (share) => share === 0 },
  { what: 'half', limit: 'none', of: (t) => t.half, holds: (share) => share === 0 },
  { what: 'missing', limit: 'none', of: (t) => t.missing, holds: (share) => share === 0 },
  { what: 'cautious', limit: 'under 5 %', of: (t) => t.cautious, holds: (share) => share < 0.05 },
]

function fail(message) {
  console.error(`corpus: ${message}`)
  process.exit(2)
}

function build() {
  const npm = (...args) => execFileSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' })
  npm('install', '--no-audit', '--no-fund', '--loglevel=error')
  npm('run', '--silent', 'build')
}

function histories(names) {
  const found = []
  for (const tool of TOOLS) {
    for (const engine of ENGINES) {
      const folder = join(corpus, tool, engine.dialect)
      if (!existsSync(folder)) continue
      for (const name of readdirSync(folder).sort()) {
        const dir = join(folder, name)
        const wanted = names.length === 0 || names.some((part) => `${tool}/${engine.dialect}/${name}`.includes(part))
        if (wanted && statSync(dir).isDirectory()) found.push({ tool, engine, name, dir })
      }
    }
  }
  return found
}

const isRollback = (file) => file === 'down.sql' || file.endsWith('.down.sql')

/** What can make a verdict another: comments can't, but for the grade that the first line says. */
function statements(file) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const grade = lines[0].match(/^-- unmigrate v1 (\w+)/)?.[1] ?? ''
  return [grade, ...lines.filter((line) => !line.startsWith('--'))].join('\n')
}

/** How the rollbacks are written. */
function generating(engine) {
  const scratch = engine.url ? ['--scratch-url', engine.url, '--engine', 'server'] : []
  return [join(ROOT, 'cli.js'), 'generate', ...(OBSERVE ? ['--observe', '--dialect', engine.dialect, ...scratch] : [])]
}

/** Generates over a copy of the history, and hashes what a judge would be given. */
async function fingerprint({ dir, engine }) {
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-corpus-'))
  const copy = join(folder, 'migrations')
  cpSync(dir, copy, { recursive: true })
  const files = readdirSync(copy, { recursive: true }).sort()
  files.filter((file) => isRollback(file.split('/').at(-1))).forEach((file) => rmSync(join(copy, file), { recursive: true }))
  await run(process.execPath, [...generating(engine), '--dir', copy])
  const hash = createHash('sha256').update(readFileSync(judge))
  for (const file of readdirSync(copy, { recursive: true }).sort()) {
    const path = join(copy, file)
    if (!file.endsWith('.sql') || !statSync(path).isFile()) continue
    hash.update(`\0${file}\0`).update(isRollback(file.split('/').at(-1)) ? statements(path) : readFileSync(path))
  }
  rmSync(folder, { recursive: true })
  return hash.digest('hex')
}

/** What the judge says of one history: now, or when it was last asked about the same rollbacks, with observing or without. */
async function walk(history) {
  const file = `${history.tool}-${history.engine.dialect}-${history.name}.json`
  const words = (folder) => [join(folder, file), join(folder, file.replace(/\.json$/, '.judged'))]
  const [out, kept] = words(KEPT)
  const print = await fingerprint(history)
  for (const [said, judged] of [words(KEPT), words(OTHERS)]) {
    const last = existsSync(judged) && existsSync(said) ? JSON.parse(readFileSync(judged, 'utf8')) : {}
    if (last.print !== print || process.argv.includes('--again')) continue
    if (judged !== kept) [said, judged].forEach((path, at) => cpSync(path, [out, kept][at]))
    return { ...history, ...last.result }
  }
  if (process.argv.includes('--page')) return undefined
  const result = await judged(history, out)
  writeFileSync(kept, JSON.stringify({ print, result }))
  return { ...history, ...result }
}

/** Runs the judge over one history. */
async function judged({ engine, name, dir }, out) {
  const generate = ['node', ...generating(engine).map((word) => JSON.stringify(word)), '--dir {dir}'].join(' ')
  const args = [judge, '--engine', engine.engine, '--url', engine.url, '--data', '--quiet', '--json', out, '--generate', generate, dir]
  const { code, stdout, stderr } = await run('python3', args)
  if (code !== 0) throw new Error(`the judge ended with ${code} on ${name}: ${stderr.trim().split('\n').at(-1)}`)
  const migrations = JSON.parse(readFileSync(out, 'utf8'))
  const number = (pattern) => Number(stdout.match(pattern)?.[1] ?? 0)
  const counts = Object.fromEntries(VERDICTS.map((v) => [v, migrations.filter((m) => m.verdict === v).length]))
  return {
    ...counts,
    stops: migrations.filter((m) => m.verdict === 'up-fails').length,
    notReached: number(/'not reached': (\d+)/),
    cautious: number(/'cautious': (\d+)/),
    noRows: number(/'no rows': (\d+)/),
    seconds: number(/ generate ([\d.]+)s/),
    wrong: migrations.filter((m) => !['exact', 'declined', 'up-fails'].includes(m.verdict)),
  }
}

function run(command, args) {
  return new Promise((done, broken) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', broken)
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
}

/** One after the other, saying how each went. */
async function work(queue, results) {
  for (const history of queue) {
    const result = await walk(history)
    if (!result) {
      console.error(`${history.tool}/${history.engine.dialect}/${history.name}: not judged`)
      continue
    }
    results.push(result)
    const counts = VERDICTS.filter((v) => result[v] > 0).map((v) => `${result[v]} ${v}`)
    console.error(`${history.tool}/${history.engine.dialect}/${history.name}: ${counts.join(', ')}`)
    for (const { verdict, migration, why } of result.wrong) console.error(`  ${verdict} ${migration}: ${why}`)
  }
}

function add(results) {
  // What was not counted of one is not known of all.
  const sum = (key) => results.reduce((total, r) => (total === null || r[key] === null ? null : total + r[key]), 0)
  const keys = [...VERDICTS, 'stops', 'notReached', 'cautious', 'noRows', 'seconds']
  return Object.fromEntries(keys.map((key) => [key, sum(key)]))
}

const applied = (r) => VERDICTS.reduce((n, verdict) => n + r[verdict], 0)
const all = (r) => applied(r) + r.stops + r.notReached
const percent = (part, whole) => `${whole === 0 ? '-' : ((100 * part) / whole).toFixed(2)} %`

function row(name, r) {
  const cells = [name, all(r), ...VERDICTS.map((v) => r[v]), r.stops + r.notReached, r.cautious, r.noRows, r.seconds === null ? null : `${Math.round(r.seconds * 1000)} ms`]
  return `| ${cells.map((cell) => (cell === 0 ? '' : (cell ?? '?'))).join(' | ')} |`
}

function section(engine, results) {
  const own = results.filter((r) => r.engine === engine)
  if (own.length === 0) return []
  const total = add(own)
  const names = own.sort((a, b) => a.tool.localeCompare(b.tool) * -1 || a.name.localeCompare(b.name))
  const goals = GOALS.map(({ what, limit, of, holds }) => {
    if (of(total) === null) return `| ${what} | not counted | | ${limit} | |`
    const share = of(total) / applied(total)
    return `| ${what} | ${of(total)} | ${percent(of(total), applied(total))} | ${limit} | ${holds(share) ? 'yes' : '**no**'} |`
  })
  return [
    `## ${engine.title}`,
    '',
    `${own.length} histories, ${all(total)} migrations; ${applied(total)} of them apply on a fresh database.`,
    '',
    '| | migrations | share | goal | met |',
    '|---|--:|--:|---|---|',
    ...goals,
    '',
    `| history | migrations | ${VERDICTS.join(' | ')} | not reached | cautious | no rows | generate |`,
    `|---|${'--:|'.repeat(VERDICTS.length + 5)}`,
    ...names.map((r) => row(`${r.tool} ${r.name}`, r)),
    row('**all**', total),
    '',
  ]
}

const PREFACE = `# Real histories, judged

Written by \`npm run corpus${OBSERVE ? ' -- --observe' : ''}\`. Every history was walked forward on a database of its own; at every migration its rollback
was run, and the engine's own catalogs were compared with what they were before: by a judge that shares no code with
this project. Then the migration was run again. On a copy with rows in every table, the rows were compared too.

- **exact**: the rollback ran, and the catalogs are what they were (column order apart, on PostgreSQL).
- **differs**: it ran, and something is not as it was. **fails**: the database refused it.
- **declined**: graded \`manual\`, and running it as it is fails and changes nothing. **half**: graded \`manual\`, and it changed something.
- **lost**: graded \`lossless\`, and rows that were there before are not the same, or forbid it. **missing**: no rollback was written.
- **not reached**: from the first migration on that a fresh database refuses, as in real life; they are not in the shares.
- **cautious**: graded \`lossy\`, and every row came back. **no rows**: the migration refuses the rows that were put in.
- **generate**: one run of \`node cli.js generate\` over the history, Node's own start included.
- **?**: not counted when this was judged.
${OBSERVE ? '\nStatements that can\'t be read were run on a scratch database of the same engine by `generate --observe`.\n' : ''}`

function page(results) {
  const judgedNow = new Set(results.map((r) => r.dir))
  const left = chosen.filter((h) => !judgedNow.has(h.dir)).map((h) => `${h.tool} ${h.name} (${h.engine.title})`)
  const note = left.length === 0 ? [] : [`**Not judged with these rollbacks yet, and in no figure below:** ${left.join(', ')}.\n`]
  return [PREFACE, ...note, ...ENGINES.flatMap((engine) => section(engine, results))].join('\n').trimEnd() + '\n'
}

if (!corpus || !judge) {
  fail('UNMIGRATE_CORPUS names the folder of histories and UNMIGRATE_JUDGE the judge; both are needed, and neither is part of this repository')
}
if (!existsSync(corpus)) fail(`${corpus} is not there`)
if (!existsSync(judge)) fail(`${judge} is not there`)
const names = process.argv.slice(2).filter((word) => !['--built', '--again', '--page', '--observe'].includes(word))
const chosen = histories(names)
if (chosen.length === 0) fail(`no history of ${corpus} matches ${names.join(' ') || 'anything'}`)
if (!process.argv.includes('--built') && !process.argv.includes('--page')) build()
mkdirSync(KEPT, { recursive: true })
const results = []
const slow = chosen.filter((h) => h.engine.engine === 'pg')
const others = chosen.filter((h) => h.engine.engine !== 'pg')
try {
  await Promise.all([work(slow, results), work(others, results)])
} catch (error) {
  fail(error.message)
}
if (names.length === 0) {
  const path = resolve(ROOT, 'docs', PAGE)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, page(results))
  console.log(path)
} else {
  console.log(page(results).slice(PREFACE.length).trim())
}
