// Clients of an older schema on a newer database: what `compat` says of each change, and what happened. Clients that Prisma
// generated and that were written with Drizzle read, insert, update and delete rows on PostgreSQL, MariaDB and SQLite.
//
//     npm run clients                     prints the tables, and fails where a verdict is wrong
//     npm run clients -- sqlite           of one of postgresql, mysql, sqlite
//     npm run clients -- write            writes them into docs/compat.md, too
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compat } from '../index.js'
import { installed } from '../tests/tools/install.mjs'
import { changes as onPostgres } from './clients/changes.mjs'
import { changes as onMysql } from './clients/changes-mysql.mjs'
import { changes as onSqlite } from './clients/changes-sqlite.mjs'
import { databases } from './clients/databases.mjs'
import * as drizzle from './clients/drizzle.mjs'
import * as prisma from './clients/prisma.mjs'

const ALL = { postgresql: onPostgres, mysql: onMysql, sqlite: onSqlite }
const time = { postgresql: 'now()', mysql: 'now()', sqlite: '0' }
const rows = (dialect, tool) => {
  const touched = dialect === 'sqlite' && tool === prisma ? "'1970-01-01T00:00:00.000+00:00'" : time[dialect]
  return `INSERT INTO users (email, touched) VALUES ('a', ${touched}), ('b', ${touched});\nINSERT INTO posts (title, user_id) VALUES ('p', 1), ('q', 1);`
}

/** Who stands on which database. Prisma 6 has no engine here but the one that its client brings (`engineType = "client"`). */
const STANDS = [
  { name: 'a client that Prisma 7.10 generated', dialect: 'postgresql', tool: prisma, tools: 'clients' },
  { name: 'one that Prisma 6.19 generated', dialect: 'postgresql', tool: prisma, tools: 'clients-6', major: 6 },
  { name: 'one written with Drizzle 0.45', dialect: 'postgresql', tool: drizzle, tools: 'clients' },
  { name: 'a client that Prisma 7.10 generated', dialect: 'mysql', tool: prisma, tools: 'clients' },
  { name: 'one written with Drizzle 0.45', dialect: 'mysql', tool: drizzle, tools: 'clients' },
  { name: 'a client that Prisma 7.10 generated', dialect: 'sqlite', tool: prisma, tools: 'clients' },
  { name: 'one written with Drizzle 0.45 (libSQL)', dialect: 'sqlite', tool: drizzle, tools: 'clients' },
]

/** Each operation by itself; what it threw. */
async function happened(client) {
  const out = {}
  for (const table of ['users', 'posts']) {
    for (const [name, call] of Object.entries(client[table])) {
      out[`${table}.${name}`] = await call().then(() => '', (error) => String(error.cause?.message ?? error.message).split('\n').pop().trim() || 'failed')
    }
  }
  return out
}

/** `works`, `breaks` or `may` for each operation. */
function foreseen(breaks, names) {
  const out = {}
  for (const table of ['users', 'posts']) {
    // No statement gives the key a value.
    const own = breaks.filter((b) => b.table === names[table] && !(b.column === 'id' && b.when === 'given'))
    const updated = own.filter((b) => !(b.column === 'email' && b.when === 'given')) // nor an update the address
    // The column that the plain update sets: another one's `given` does not concern it.
    const set = table === 'users' ? 'touched' : 'user_id'
    const says = (operation, whens, only) => (operation === 'update' ? updated : own).filter((b) => b.operations.includes(operation) && whens.includes(b.when) && (!only || b.column === only || b.column === undefined)).length > 0
    const one = (operation, certain, only) =>
      says(operation, ['always', ...certain]) || (only && says(operation, ['given'], only)) ? 'breaks' : says(operation, ['values']) ? 'may' : 'works'
    out[`${table}.select`] = one('select', [])
    out[`${table}.insert`] = one('insert', ['leftOut'])
    // What gives all there is still leaves the key out.
    const counts = !own.some((b) => b.column === 'id' && b.when === 'leftOut')
    out[`${table}.insertAll`] = counts ? one('insert', ['given']) : 'breaks'
    out[`${table}.update`] = one('update', [], set)
    out[`${table}.updateAll`] = one('update', ['given'])
    out[`${table}.delete`] = one('delete', [])
  }
  return out
}

const git = (cwd, ...args) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd, stdio: 'pipe' })

/** One client over all changes. */
async function over({ dialect, tool, tools: named, major }) {
  const cwd = mkdtempSync(join(tmpdir(), 'clients-'))
  const tools = installed(named)
  const database = databases[dialect](installed('clients'), cwd)
  const seen = []
  try {
    const project = tool.project(cwd, tools, dialect, major)
    git(cwd, 'init', '--quiet', '--initial-branch=main')
    git(cwd, 'add', '.')
    git(cwd, 'commit', '--quiet', '-m', 'the older schema')
    await database.begin([project.base, rows(dialect, tool)])
    for (const [name, sql] of ALL[dialect]) {
      project.add(sql)
      const { histories } = await compat({ cwd, dirs: [project.dir], app: 'main' })
      const said = foreseen(histories[0].breaks, project.names)
      const client = project.connect(await database.fresh(sql))
      const was = await happened(client)
      await client.end()
      seen.push({ name, said, was })
    }
  } finally {
    await database.end()
    rmSync(cwd, { recursive: true, force: true })
  }
  return seen
}

const wrong = ({ said, was }) => Object.keys(said).filter((key) => (said[key] === 'breaks' && was[key] === '') || (said[key] === 'works' && was[key] !== ''))
const failed = ({ was }) => Object.keys(was).filter((key) => was[key] !== '')
const may = ({ said }) => Object.keys(said).filter((key) => said[key] === 'may')

function told(row) {
  const some = failed(row)
  const tables = ['users', 'posts'].filter((table) => some.some((key) => key.startsWith(table)))
  const words = tables.map((table) => `${table}: ${some.filter((key) => key.startsWith(table)).map((key) => key.split('.')[1]).join(', ')}`)
  return words.join('; ') || 'works'
}

const WORDS = { postgresql: 'PostgreSQL', mysql: 'MariaDB', sqlite: 'SQLite' }
let bad = 0

/** The table of a database: a line for each change, a column for each client. */
async function table(dialect) {
  const stands = STANDS.filter((stand) => stand.dialect === dialect)
  const of = []
  for (const stand of stands) of.push(await over(stand))
  let errors = 0
  const lines = ALL[dialect].map(([name], at) => {
    const cells = of.map((seen, who) => {
      const mistakes = wrong(seen[at])
      for (const key of mistakes) console.error(`${dialect}, ${stands[who].name}, ${name}: ${key} was foreseen as ${seen[at].said[key]}: ${seen[at].was[key] || 'it worked'}`)
      errors += mistakes.length
      return `${told(seen[at])}${mistakes.length ? ' **wrong**' : ''}${may(seen[at]).length ? ' (may)' : ''}`
    })
    return `| ${name} | ${cells.join(' | ')} |`
  })
  bad += errors
  const count = (test) => of.flat().reduce((sum, row) => sum + Object.keys(row.said).filter((key) => test(row, key)).length, 0)
  const summary = `${ALL[dialect].length} changes, ${count(() => true)} operations: ${count((r, k) => r.said[k] === 'works')} were foreseen to work, ${count((r, k) => r.said[k] === 'breaks')} to break, ${count((r, k) => r.said[k] === 'may')} by what values there are (${count((r, k) => r.said[k] === 'may' && r.was[k] !== '')} of those failed); ${errors} were wrong.`
  return `### ${WORDS[dialect]}\n\n${summary}\n\n| the change | ${stands.map((s) => `${s.name} before it: what fails`).join(' | ')} |\n|---|${stands.map(() => '---|').join('')}\n${lines.join('\n')}\n`
}

const asked = process.argv.slice(2).filter((word) => word in ALL)
const tables = []
for (const dialect of asked.length > 0 ? asked : Object.keys(ALL)) tables.push(await table(dialect))
console.log(tables.join('\n'))
if (process.argv.includes('write')) {
  const file = new URL('../docs/compat.md', import.meta.url)
  const [before, there = ''] = readFileSync(file, 'utf8').split('<!-- npm run clients -->\n')
  // What was not run this time stays as it is.
  const sections = new Map([...there.split(/^(?=### )/m), ...tables].filter((text) => text.startsWith('### ')).map((text) => [text.split('\n')[0], `${text.trim()}\n`]))
  writeFileSync(file, `${before}<!-- npm run clients -->\n${[...sections.values()].join('\n')}`)
}
process.exitCode = bad > 0 ? 1 : 0
