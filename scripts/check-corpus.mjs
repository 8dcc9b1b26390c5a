// What `check` finds in real histories, by rule.
//
//   UNMIGRATE_CORPUS=.. node scripts/check-corpus.mjs                  a table of findings per rule
//   UNMIGRATE_CORPUS=.. node scripts/check-corpus.mjs --sample RULE N  N findings of a rule with their SQL, to be read and judged;
//                                                                      `frequent`: of all with 100 findings or more. A number
//                                                                      behind it begins another sequence
//   UNMIGRATE_CORPUS=.. node scripts/check-corpus.mjs --creating       findings in migrations that only create (there may be none)
//
// The corpus is a folder of histories, <tool>/<dialect>/<name>. The addon is taken as it lies there: npm run build:debug.
// The sample is the same every time: a fixed sequence chooses it.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const { check } = createRequire(import.meta.url)(join(ROOT, 'index.js'))
const corpus = process.env.UNMIGRATE_CORPUS
if (!corpus) {
  console.error('check-corpus: UNMIGRATE_CORPUS names no folder')
  process.exit(2)
}

const SEVERITIES = ['error', 'warning', 'note']

function histories() {
  const found = []
  for (const tool of ['prisma', 'drizzle']) {
    for (const dialect of ['postgresql', 'mysql', 'sqlite', 'cockroachdb']) {
      const folder = join(corpus, tool, dialect)
      if (!existsSync(folder)) continue
      for (const name of readdirSync(folder).sort()) {
        const dir = join(folder, name)
        if (statSync(dir).isDirectory()) found.push({ tool, dialect, name, dir })
      }
    }
  }
  return found
}

async function all() {
  const findings = []
  const failed = []
  let migrations = 0
  for (const history of histories()) {
    try {
      const report = await check({ cwd: history.dir, dirs: [history.dir], dialect: history.dialect, tool: history.tool, every: true })
      migrations += report.histories.reduce((n, h) => n + h.checked, 0)
      findings.push(...report.findings.map((f) => ({ ...f, history })))
    } catch (error) {
      failed.push(`${history.tool}/${history.dialect}/${history.name}: ${error.code} ${error.message}`)
    }
  }
  return { findings, failed, migrations }
}

function table(findings) {
  const rules = new Map()
  for (const f of findings) {
    const row = rules.get(f.rule) ?? { rule: f.rule, group: f.group, all: 0, error: 0, warning: 0, note: 0, histories: new Set(), migrations: new Set() }
    row.all += 1
    row[f.severity] += 1
    row.histories.add(f.history.dir)
    row.migrations.add(f.history.dir + f.file)
    rules.set(f.rule, row)
  }
  const rows = [...rules.values()].sort((a, b) => b.all - a.all)
  console.log('| rule | findings | errors | warnings | notes | migrations | histories |\n|---|---:|---:|---:|---:|---:|---:|')
  for (const r of rows) {
    console.log(`| ${r.rule} | ${r.all} | ${SEVERITIES.map((s) => r[s]).join(' | ')} | ${r.migrations.size} | ${r.histories.size} |`)
  }
}

/** Lehmer's sequence: which findings are read does not depend on the day. */
function* sequence(first) {
  for (let n = first; ; n = (n * 48271) % 2147483647) yield n / 2147483647
}

function sample(findings, rule, count, first) {
  const many = (f) => f.group === 'hazard' && findings.filter((other) => other.rule === f.rule).length >= 100
  const own = findings.filter((f) => (rule === 'frequent' ? many(f) : f.rule === rule))
  const chance = sequence(first)
  while (own.length > count) own.splice(Math.floor(chance.next().value * own.length), 1)
  for (const f of own) {
    const path = join(f.history.dir, f.file)
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(f.line - 1, Math.min(f.endLine, f.line + 5)) : []
    console.log(`${f.history.tool}/${f.history.dialect}/${f.history.name} ${f.file}:${f.line} ${f.rule}\n  ${f.severity}: ${f.message}`)
    for (const line of lines) console.log(`  | ${line.slice(0, 200)}`)
    console.log()
  }
}

/** Migrations whose every statement makes something that was not there. */
function creating(findings) {
  const makes = /^\s*(CREATE\s+(TABLE|TYPE|UNIQUE\s+INDEX|INDEX|SCHEMA|EXTENSION|SEQUENCE)|ALTER\s+TABLE\s+\S+\s+ADD\s+CONSTRAINT|PRAGMA|--|$)/i
  const only = new Map()
  for (const f of findings.filter((f) => f.group === 'hazard')) {
    const path = join(f.history.dir, f.file)
    if (!only.has(path)) {
      const text = existsSync(path) ? readFileSync(path, 'utf8').replace(/--.*$/gm, '') : 'x'
      const tables = new Set([...text.matchAll(/CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)/gi)].map((m) => m[1]))
      const others = [...text.matchAll(/(?:\sON|ALTER\s+TABLE)\s+([^\s(;]+)/gi)].map((m) => m[1]).filter((t) => /^["`[a-z]/.test(t))
      const own = others.every((t) => tables.has(t) || /^(delete|update|conflict)$/i.test(t))
      only.set(path, own && text.split(';').every((s) => makes.test(s)))
    }
    if (only.get(path)) console.log(`${f.history.name} ${f.file}:${f.line} ${f.severity} ${f.rule}: ${f.message}`)
  }
  console.log(`${[...only.values()].filter(Boolean).length} migrations that only create, among those with findings`)
}

const { findings, failed, migrations } = await all()
const [mode, rule, count, first] = process.argv.slice(2)
if (mode === '--sample') sample(findings, rule, Number(count ?? 50), Number(first ?? 20261))
else if (mode === '--creating') creating(findings)
else table(findings)
console.log(`\n${findings.length} findings in ${migrations} migrations of ${new Set(findings.map((f) => f.history.dir)).size} histories with findings`)
for (const line of failed) console.log(`not read: ${line}`)
