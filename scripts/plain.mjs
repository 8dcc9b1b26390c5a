// Rollbacks that people wrote, judged by `verify --plain` and by the judge of `npm run corpus`, and docs/plain.md.
//
//   UNMIGRATE_CORPUS=.. UNMIGRATE_JUDGE=.. npm run plain             all of them, and the page
//   UNMIGRATE_CORPUS=.. UNMIGRATE_JUDGE=.. npm run plain -- NAME ..  those whose folder's name holds NAME; no page
//
// They lie in the corpus below diesel/ and sql-migrate/, by dialect, and as down files beside the migrations of the tools.
// The judge reads Prisma's folders only: it gets a copy of that shape, whose rollbacks all claim to lose nothing, since
// that is what a file without a word about it says. What it said is kept in target/plain/; `--again` asks it anew.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const { UNMIGRATE_CORPUS: corpus, UNMIGRATE_JUDGE: judge } = process.env
const DIALECTS = {
  postgresql: { engine: 'pg', url: process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres' },
  mysql: { engine: 'mysql', url: process.env.UNMIGRATE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306' },
  sqlite: { engine: 'sqlite', url: '' },
}
const RUNNERS = ['diesel', 'sql-migrate']
const TOOLS = ['prisma', 'drizzle']

/** The judge's word for each of ours. That rows forbid the rollback, the judge calls lost, too. */
const SAME = { exact: 'exact', approximate: 'exact', differs: 'differs', rowsDiffer: 'lost', refused: 'fails', upRefused: 'up-fails', missing: 'missing' }
const same = (own, judge, why) => SAME[own] === judge || (own === 'refused' && judge === 'lost' && why.startsWith('refused with rows'))
const OURS = ['exact', 'approximate', 'differs', 'rowsDiffer', 'refused', 'upRefused', 'missing', 'unverified']
const THEIRS = ['exact', 'differs', 'lost', 'fails', 'up-fails', 'missing']

/** Why the two say different things, as far as a person has looked: `<history> <migration>`. */
const EXPLAINED = JSON.parse(readFileSync(join(ROOT, 'docs', 'plain.json'), 'utf8'))

function fail(message) {
  console.error(`plain: ${message}`)
  process.exit(2)
}

const folders = (dir) => (existsSync(dir) ? readdirSync(dir).sort().map((name) => join(dir, name)).filter((path) => statSync(path).isDirectory()) : [])
const isDown = (file) => file === 'down.sql' || file.endsWith('.down.sql')

function histories() {
  const found = []
  for (const dialect of Object.keys(DIALECTS)) {
    for (const runner of RUNNERS) for (const dir of folders(join(corpus, runner, dialect))) found.push({ runner, dialect, dir, name: basename(dir) })
    for (const tool of TOOLS) {
      for (const dir of folders(join(corpus, tool, dialect))) {
        const has = readdirSync(dir, { recursive: true }).some((file) => isDown(basename(file)))
        if (has) found.push({ runner: tool, dialect, dir, name: basename(dir) })
      }
    }
  }
  return found
}

/** Diesel's order: the version is the name up to the first `_`, without its dashes. */
const version = (name) => (/^[\d-]+(?=_|$)/.exec(name)?.[0] ?? '').replaceAll('-', '')
const inOrder = (a, b) => (version(a) < version(b) ? -1 : version(a) > version(b) ? 1 : a < b ? -1 : 1)

/** Names, ups and downs of a history in any of the shapes, in the order in which their runner takes them. */
function read({ runner, dir }) {
  const text = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  const names = runner === 'diesel' ? readdirSync(dir).sort(inOrder) : readdirSync(dir).sort()
  if (runner === 'diesel') {
    return names.map((name) => ({ name, up: text(join(dir, name, 'up.sql')), down: text(join(dir, name, 'down.sql')) })).filter((m) => m.up !== undefined)
  }
  if (runner === 'prisma') {
    return names.map((name) => ({ name, up: text(join(dir, name, 'migration.sql')), down: text(join(dir, name, 'down.sql')) })).filter((m) => m.up !== undefined)
  }
  if (runner === 'drizzle') {
    const ups = names.filter((name) => name.endsWith('.sql') && !isDown(name))
    return ups.map((name) => ({ name: name.slice(0, -4), up: text(join(dir, name)), down: text(join(dir, name.replace(/\.sql$/, '.down.sql'))) }))
  }
  const files = names.filter((name) => name.endsWith('.sql'))
  return files.map((name) => {
    const whole = readFileSync(join(dir, name), 'utf8')
    const [up, down] = whole.split(/^-- \+migrate Down.*$/im)
    // A part is one transaction, where it does not say otherwise.
    const part = (sql, word) => (sql === undefined || new RegExp(`^-- \\+migrate ${word}.*notransaction`, 'im').test(whole) ? sql : `BEGIN;\n${sql}\n;COMMIT;\n`)
    return { name: name.slice(0, -4), up: part(up, 'Up'), down: part(down, 'Down') }
  })
}

function run(command, args) {
  return new Promise((done, broken) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', broken)
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
}

/** The judge's words, by migration. */
async function judged(history, migrations) {
  const out = join(ROOT, 'target', 'plain', `${history.runner}-${history.dialect}-${history.name}.json`)
  if (!existsSync(out) || process.argv.includes('--again')) {
    const folder = mkdtempSync(join(tmpdir(), 'unmigrate-plain-'))
    migrations.forEach(({ name, up, down }, place) => {
      // It takes them in the order of their names.
      const own = join(folder, `${String(place).padStart(5, '0')}-${name}`)
      mkdirSync(own)
      writeFileSync(join(own, 'migration.sql'), up)
      if (down !== undefined) writeFileSync(join(own, 'down.sql'), `-- unmigrate: lossless\n${down}`)
    })
    const { engine, url } = DIALECTS[history.dialect]
    const { code, stderr } = await run('python3', [judge, '--engine', engine, '--url', url, '--data', '--quiet', '--json', out, folder])
    rmSync(folder, { recursive: true })
    if (code !== 0) throw new Error(`the judge ended with ${code}: ${stderr.trim().split('\n').at(-1)}`)
  }
  return new Map(JSON.parse(readFileSync(out, 'utf8')).map((m) => ({ ...m, migration: m.migration.replace(/^\d{5}-/, '') })).map((m) => [m.migration, m]))
}

/** Our verdicts, by migration, and how long they took. */
async function verified(history) {
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-plain-'))
  try {
    const copy = join(folder, history.name)
    cpSync(history.dir, copy, { recursive: true })
    const url = DIALECTS[history.dialect].url
    const where = [TOOLS.includes(history.runner) ? '--dir' : '--plain', copy, '--dialect', history.dialect]
    const start = process.hrtime.bigint()
    const { stdout, stderr } = await run(process.execPath, [join(ROOT, 'cli.js'), 'verify', ...where, ...(url ? ['--scratch-url', url] : []), '--engine', 'server', '--fresh', '--json'])
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    if (!stdout.startsWith('{')) throw new Error(stderr.trim() || stdout.slice(0, 400))
    const report = JSON.parse(stdout)
    const [own] = report.histories
    if (!own?.engine) throw new Error(report.problems.map((p) => p.message).join('; '))
    return { seconds, engine: own.engine, by: new Map(own.migrations.map((m) => [m.name, m])) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What ours found, in one line. */
function detail(own) {
  const [change, gap, refusal] = [own?.differences[0], own?.gaps[0], own?.refusal]
  if (refusal) return `line ${refusal.line}: ${refusal.message}`
  if (change) return `${change.object}: ${change.before ?? 'none'} -> ${change.after ?? 'none'}${change.afterRedo ? ' (after the redo)' : ''}`
  if (gap) return `${gap.count} rows of ${gap.table}${gap.column ? `.${gap.column}` : ''}`
  return ''
}

const cell = (text) => String(text ?? '').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').slice(0, 240)
const tally = (words, list) => words.map((word) => list.filter((w) => w === word).length || '').join(' | ')

function page(results) {
  const lines = [
    '# Rollbacks that people wrote',
    '',
    'Written by `npm run plain`: down files that came with real histories, judged by `verify` and by the judge of `npm run corpus`,',
    'which shares no code with this project. A file says nothing about what it loses, so that it is held to losing nothing: `rows',
    'differ` of ours is `lost` of the judge. The judge stops at the first migration that a fresh database refuses; both are',
    'compared as far as it came.',
    '',
    `| verify | ${OURS.join(' | ')} | time |`,
    `|---|${'--:|'.repeat(OURS.length + 1)}`,
    ...results.map((r) => `| ${r.runner} ${r.name} | ${tally(OURS, [...r.own.by.values()].map((m) => m.verdict))} | ${r.own.seconds.toFixed(0)} s |`),
    '',
    `| judge | ${THEIRS.join(' | ')} | agree |`,
    `|---|${'--:|'.repeat(THEIRS.length + 1)}`,
    ...results.map((r) => `| ${r.runner} ${r.name} | ${tally(THEIRS, r.pairs.map((p) => p.judge))} | ${r.pairs.filter((p) => p.agree).length} of ${r.pairs.length} |`),
    '',
    '## Where they disagree',
    '',
    '| history | migration | judge | verify | what verify saw | who is right |',
    '|---|---|---|---|---|---|',
  ]
  for (const { runner, name, pairs } of results) {
    for (const p of pairs.filter((pair) => !pair.agree)) {
      const why = EXPLAINED[`${name} ${p.migration}`] ?? EXPLAINED[`${name} ${p.judge}/${p.own}`] ?? ''
      lines.push(`| ${runner} ${name} | ${cell(p.migration)} | ${p.judge}${p.why ? `: ${cell(p.why)}` : ''} | ${p.own} | ${cell(detail(p.detail))} | ${why} |`)
    }
  }
  return lines.join('\n') + '\n'
}

if (!corpus || !judge) fail('UNMIGRATE_CORPUS names the folder of histories and UNMIGRATE_JUDGE the judge; neither is part of this repository')
const names = process.argv.slice(2).filter((word) => word !== '--again' && word !== '--judge')
const chosen = histories().filter((h) => names.length === 0 || names.some((part) => `${h.runner}/${h.dialect}/${h.name}`.includes(part)))
if (chosen.length === 0) fail(`no history with down files matches ${names.join(' ') || 'anything'}`)
mkdirSync(join(ROOT, 'target', 'plain'), { recursive: true })
const results = []
for (const history of chosen) {
  const said = await judged(history, read(history))
  if (process.argv.includes('--judge')) continue
  const own = await verified(history)
  const pairs = [...said.values()].map(({ migration, verdict, why }) => {
    const detail = own.by.get(migration)
    return { migration, judge: verdict, why: why === 'lossless' ? '' : why, own: detail?.verdict, agree: same(detail?.verdict, verdict, why), detail }
  })
  results.push({ ...history, own, pairs })
  const off = pairs.filter((p) => !p.agree)
  console.error(`${history.runner}/${history.name} on ${own.engine}: ${pairs.length - off.length} of ${pairs.length} agree, ${own.seconds.toFixed(0)} s`)
  for (const p of off) console.error(`  ${p.migration}: judge ${p.judge} (${cell(p.why)}), verify ${p.own} ${cell(detail(p.detail))}`)
}
if (names.length === 0 && results.length > 0) {
  const path = join(ROOT, 'docs', 'plain.md')
  writeFileSync(path, page(results))
  console.log(path)
} else {
  console.log(page(results))
}
