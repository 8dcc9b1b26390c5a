// Holds `verify` against the judge of `npm run corpus`, migration by migration, and writes docs/agreement.md.
//
//   UNMIGRATE_CORPUS=.. npm run agree             all histories that `npm run corpus` has judged
//   UNMIGRATE_CORPUS=.. npm run agree -- NAME ..  those whose folder's name holds NAME
//
// What was found stays in target/agree/, one file per history, until all are asked anew; the page is written as soon as all are there.
// The judge's words are read from target/corpus/, where `npm run corpus` leaves them. The two share no code: the judge
// reads the catalogs in its own way, makes its own rows and runs the files itself.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const { UNMIGRATE_CORPUS: corpus } = process.env
const KEPT = join(ROOT, 'target', 'agree')
const kept = ({ tool, dialect, name }) => join(KEPT, `${tool}-${dialect}-${name}.json`)
const SERVERS = {
  postgresql: process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  mysql: process.env.UNMIGRATE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306',
}
const TITLES = { postgresql: 'PostgreSQL', mysql: 'MariaDB', sqlite: 'SQLite' }

/** The judge's word for each of ours. What the judge does not say at all has none. */
const SAME = {
  exact: 'exact',
  approximate: 'exact',
  differs: 'differs',
  rowsDiffer: 'lost',
  refused: 'fails',
  byHand: 'declined',
  upRefused: 'up-fails',
  missing: 'missing',
}

/** Why the two say different things of a migration, as far as a person has looked: `<history> <migration>`. */
const EXPLAINED = existsSync(join(ROOT, 'docs', 'disagreements.json'))
  ? JSON.parse(readFileSync(join(ROOT, 'docs', 'disagreements.json'), 'utf8'))
  : {}

function fail(message) {
  console.error(`agree: ${message}`)
  process.exit(2)
}

function histories(names) {
  const judged = join(ROOT, 'target', 'corpus')
  if (!existsSync(judged)) fail('nothing has been judged yet: npm run corpus')
  const found = []
  for (const file of readdirSync(judged).filter((name) => name.endsWith('.json')).sort()) {
    const [, tool, dialect, name] = /^(prisma|drizzle)-(postgresql|mysql|sqlite)-(.+)\.json$/.exec(file) ?? []
    const wanted = names.length === 0 || names.some((part) => `${tool}/${dialect}/${name}`.includes(part))
    const dir = name && join(corpus, tool, dialect, name)
    if (dir && wanted && existsSync(dir)) found.push({ tool, dialect, name, dir, judged: JSON.parse(readFileSync(join(judged, file), 'utf8')) })
  }
  return found
}

function cli(...args) {
  const run = spawnSync(process.execPath, [join(ROOT, 'cli.js'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.status === 2 || run.status === null) throw new Error(run.stderr.trim() || run.stdout.slice(0, 400))
  return run.stdout
}

/** Both words for every migration that the judge reached. */
function compare({ tool, dialect, name, dir, judged }) {
  const folder = mkdtempSync(join(tmpdir(), 'unmigrate-agree-'))
  try {
    const copy = join(folder, name)
    cpSync(dir, copy, { recursive: true })
    const about = ['--dir', copy, '--dialect', dialect]
    cli('generate', ...about)
    const server = SERVERS[dialect] ? ['--scratch-url', SERVERS[dialect]] : []
    const start = process.hrtime.bigint()
    const report = JSON.parse(cli('verify', ...about, ...server, '--engine', 'server', '--fresh', '--json'))
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    const ours = new Map(report.histories[0].migrations.map((m) => [m.name, m]))
    const pairs = judged.map(({ migration, verdict, why }) => {
      const own = ours.get(migration)
      return { migration, judge: verdict, why, own: own?.verdict, agree: SAME[own?.verdict] === verdict, detail: own }
    })
    return { tool, dialect, name, pairs, seconds }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What ours found, in one line. */
function detail(own) {
  const change = own?.differences[0]
  const gap = own?.gaps[0]
  const refusal = own?.refusal
  if (refusal) return `line ${refusal.line}: ${refusal.message}`
  if (change) return `${change.object}: ${change.before ?? 'none'} -> ${change.after ?? 'none'}${change.afterRedo ? ' (after the redo)' : ''}`
  if (gap) return `${gap.count} rows of ${gap.table}${gap.column ? `.${gap.column}` : ''}`
  return ''
}

const cell = (text) => String(text ?? '').replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').slice(0, 300)

function page(results) {
  const lines = [
    '# verify against an independent judge',
    '',
    'Written by `npm run agree`, after `npm run corpus`. Both walked the same real histories with the same rollbacks; they share no',
    'code. `exact` and `approximate` of ours count as `exact`, `refused` as `fails`, `rows differ` as `lost`, `by hand` as `declined`.',
    '',
    '| engine | histories | migrations | agree | share | verify |',
    '|---|--:|--:|--:|--:|--:|',
  ]
  for (const dialect of Object.keys(TITLES)) {
    const own = results.filter((r) => r.dialect === dialect)
    const pairs = own.flatMap((r) => r.pairs)
    if (pairs.length === 0) continue
    const agree = pairs.filter((p) => p.agree).length
    const seconds = own.reduce((sum, r) => sum + r.seconds, 0)
    lines.push(`| ${TITLES[dialect]} | ${own.length} | ${pairs.length} | ${agree} | ${((100 * agree) / pairs.length).toFixed(2)} % | ${seconds.toFixed(0)} s |`)
  }
  lines.push('', '## Where they disagree', '', '| history | migration | judge | verify | what verify saw | who is right |', '|---|---|---|---|---|---|')
  for (const { tool, name, pairs } of results) {
    for (const pair of pairs.filter((p) => !p.agree)) {
      const why = EXPLAINED[`${name} ${pair.migration}`] ?? ''
      lines.push(`| ${tool} ${cell(name)} | ${cell(pair.migration)} | ${pair.judge}${pair.why ? `: ${cell(pair.why)}` : ''} | ${pair.own} | ${cell(detail(pair.detail))} | ${cell(why)} |`)
    }
  }
  return lines.join('\n') + '\n'
}

if (!corpus) fail('UNMIGRATE_CORPUS names the folder of histories; it is no part of this repository')
const names = process.argv.slice(2)
const chosen = histories(names)
if (chosen.length === 0) fail('no judged history matches')
if (names.length === 0) rmSync(KEPT, { recursive: true, force: true })
mkdirSync(KEPT, { recursive: true })
for (const history of chosen) {
  try {
    const result = compare(history)
    writeFileSync(kept(history), JSON.stringify(result))
    const off = result.pairs.filter((p) => !p.agree)
    console.error(`${result.tool}/${result.dialect}/${result.name}: ${result.pairs.length - off.length} of ${result.pairs.length} agree, ${result.seconds.toFixed(1)} s`)
    for (const p of off) console.error(`  ${p.migration}: judge ${p.judge}${p.why ? ` (${cell(p.why)})` : ''}, verify ${p.own} ${cell(detail(p.detail))}`)
  } catch (error) {
    console.error(`${history.tool}/${history.dialect}/${history.name}: ${error.message}`)
    process.exitCode = 1
  }
}
const all = histories([]).map(kept)
const missing = all.filter((file) => !existsSync(file))
if (missing.length === 0) {
  const path = resolve(ROOT, 'docs', 'agreement.md')
  writeFileSync(path, page(all.map((file) => JSON.parse(readFileSync(file, 'utf8')))))
  console.log(path)
} else {
  console.error(`agree: no page, since ${missing.length} histories were not asked yet`)
}
