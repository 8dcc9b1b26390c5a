// What squawk, pgfence and eugene find over the same PostgreSQL migrations, beside what `check` finds on the same lines.
//
//     UNMIGRATE_CORPUS=.. node scripts/peers.mjs FOLDER [RULE ..]
//
// FOLDER is where squawk-cli and @flvmnt/pgfence are installed. EUGENE names the program of `cargo install eugene`; without it, it is
// left out. Of each RULE, where the others say nothing.
//
// The corpus is a folder of histories, prisma/postgresql/<name> and drizzle/postgresql/<name>. A finding of one counts as met
// where another stands on a line of the same statement; which rule that is, the table says.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { check } from '../index.js'

const corpus = process.env.UNMIGRATE_CORPUS
const bin = join(process.argv[2] ?? '.', 'node_modules/.bin')
if (!corpus) throw new Error('UNMIGRATE_CORPUS names no folder')

const histories = ['prisma', 'drizzle'].flatMap((tool) => {
  const folder = join(corpus, tool, 'postgresql')
  return readdirSync(folder).sort().map((name) => ({ tool, dir: join(folder, name) })).filter(({ dir }) => statSync(dir).isDirectory())
})

/** Into a file: pgfence ends before a pipe has taken all that it says. */
function run(command, args) {
  const file = join(mkdtempSync(join(tmpdir(), 'peers-')), 'out')
  const fd = openSync(file, 'w')
  const done = spawnSync(join(bin, command), args, { stdio: ['ignore', fd, 'ignore'] })
  closeSync(fd)
  if (done.error) throw done.error
  const said = readFileSync(file, 'utf8')
  rmSync(dirname(file), { recursive: true })
  return said
}

const batches = (items, size) => Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))

const ours = []
const eugeneFailed = []
const files = []
for (const { tool, dir } of histories) {
  try {
    const report = await check({ cwd: dir, dirs: [dir], dialect: 'postgresql', tool, every: true })
    for (const f of report.findings) if (f.group === 'hazard') ours.push({ rule: f.rule, file: join(dir, f.file), from: f.line, to: Math.max(f.line, f.endLine) })
    for (const name of readdirSync(dir, { recursive: true })) {
      if (String(name).endsWith('.sql') && !String(name).endsWith('down.sql')) files.push(join(dir, String(name)))
    }
  } catch (error) {
    console.error(`${dir}: ${error.message}`)
  }
}

const squawk = batches(files, 200).flatMap((some) => JSON.parse(run('squawk', ['--reporter', 'json', ...some]) || '[]'))
  // Its lines count from 0.
  .map((f) => ({ rule: f.rule_name, file: f.file, from: f.line + 1, to: Math.max(f.line, f.line_end ?? f.line) + 1 }))
const pgfence = batches(files, 100).flatMap((some) => {
  const text = run('pgfence', ['analyze', '--output', 'json', ...some])
  if (!text.includes('{')) return []
  const { results } = JSON.parse(text.slice(text.indexOf('{')))
  return results.flatMap(({ filePath, checks }) => {
    const sql = readFileSync(filePath, 'utf8')
    return checks.map((c) => {
      const words = c.statement.replace(/^(?:\s*--[^\n]*\n)+/, '')
      const at = Math.max(sql.indexOf(words), 0)
      const line = (offset) => sql.slice(0, offset).split('\n').length
      return { rule: c.ruleId, file: filePath, from: line(at), to: line(at + words.length) }
    })
  })
})

/** A file at a time: one that it can't read would end the others. */
const eugene = !process.env.EUGENE ? [] : files.flatMap((file) => {
  const said = spawnSync(process.env.EUGENE, ['lint', '--format', 'json', file], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout
  if (!said?.trimStart().startsWith('{')) {
    eugeneFailed.push(file)
    return []
  }
  // Its line is that of the statement's first, without what stands before it.
  return JSON.parse(said).statements.flatMap(({ line_number: line, sql, triggered_rules: rules }) =>
    rules.map(({ id, name }) => ({ rule: `${id} ${name}`, file, from: line, to: line + sql.trimEnd().split('\n').length - 1 })))
})

const by = (items, key) => items.reduce((map, item) => map.set(key(item), [...(map.get(key(item)) ?? []), item]), new Map())
const meets = (a, b) => a.from <= b.to && b.from <= a.to
function against(found, others) {
  const there = by(others, (f) => f.file)
  const rows = [...by(found, (f) => f.rule)].map(([rule, all]) => {
    const met = all.map((f) => (there.get(f.file) ?? []).filter((o) => meets(f, o)))
    const most = [...by(met.flat(), (o) => o.rule)].sort((a, b) => b[1].length - a[1].length).slice(0, 2).map(([name]) => name)
    if (process.argv.includes(rule)) all.forEach((f, at) => met[at].length === 0 && console.error(`${rule} ${f.file}:${f.from}`))
    return { rule, all: all.length, missed: met.filter((m) => m.length === 0).length, most }
  })
  return rows.sort((a, b) => b.all - a.all)
}

console.log(`${files.length} files: check ${ours.length} findings, squawk ${squawk.length}, pgfence ${pgfence.length}${process.env.EUGENE ? `, eugene ${eugene.length} (${eugeneFailed.length} files not read)` : ''}\n`)
for (const [name, found] of Object.entries({ squawk, pgfence, ...(process.env.EUGENE && { eugene }) })) {
  console.log(`| ${name} | found | of these, check says nothing there | what check says elsewhere |\n|---|---|---|---|`)
  for (const { rule, all, missed, most } of against(found, ours)) console.log(`| \`${rule}\` | ${all} | ${missed} | ${most.map((m) => `\`${m}\``).join(', ')} |`)
  console.log()
}
console.log('| check | found | none of them says anything there |\n|---|---|---|')
for (const { rule, all, missed } of against(ours, [...squawk, ...pgfence, ...eugene])) console.log(`| \`${rule}\` | ${all} | ${missed} |`)
