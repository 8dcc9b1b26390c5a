// Clients of an older schema on a newer database: what `compat` says of each change, and what happened. Clients that Prisma
// generated and that were written with Drizzle read, insert, update and delete rows on a real PostgreSQL.
//
//     npm run clients            prints the table, and fails where a verdict is wrong
//     npm run clients -- write   writes it into docs/compat.md, too
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compat } from '../index.js'
import { installed } from '../tests/tools/install.mjs'
import { changes } from './clients/changes.mjs'
import * as drizzle from './clients/drizzle.mjs'
import * as prisma from './clients/prisma.mjs'

const server = process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432'
const tools = installed('clients')
const { Client } = createRequire(join(tools, 'x.js'))('pg')
const ROWS = "INSERT INTO users (email, touched) VALUES ('a', now()), ('b', now());\nINSERT INTO posts (title, user_id) VALUES ('p', 1), ('q', 1);"

async function run(url, sql) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const one of [sql].flat()) await client.query(one)
  } finally {
    await client.end()
  }
}

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
    out[`${table}.insertAll`] = one('insert', ['given'])
    out[`${table}.update`] = one('update', [], set)
    out[`${table}.updateAll`] = one('update', ['given'])
    out[`${table}.delete`] = one('delete', [])
  }
  return out
}

const git = (cwd, ...args) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd, stdio: 'pipe' })

/** One client over all changes. */
async function over(tool) {
  const cwd = mkdtempSync(join(tmpdir(), 'clients-'))
  const base = `clients_${process.pid}_base`
  const own = `clients_${process.pid}`
  const url = (name) => `${server}/${name}`
  const rows = []
  try {
    const project = tool.project(cwd, tools)
    git(cwd, 'init', '--quiet', '--initial-branch=main')
    git(cwd, 'add', '.')
    git(cwd, 'commit', '--quiet', '-m', 'the older schema')
    await run(url('postgres'), [`DROP DATABASE IF EXISTS ${base}`, `CREATE DATABASE ${base} TEMPLATE template0`])
    await run(url(base), [project.base, ROWS])
    for (const [name, sql] of changes) {
      project.add(sql)
      const { histories } = await compat({ cwd, dirs: [project.dir], app: 'main' })
      const said = foreseen(histories[0].breaks, project.names)
      await run(url('postgres'), [`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`, `CREATE DATABASE ${own} TEMPLATE ${base}`])
      await run(url(own), sql)
      const client = project.connect(url(own))
      const was = await happened(client)
      await client.end()
      rows.push({ name, said, was })
    }
  } finally {
    await run(url('postgres'), [`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`, `DROP DATABASE IF EXISTS ${base} WITH (FORCE)`])
    rmSync(cwd, { recursive: true, force: true })
  }
  return rows
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

const of = { Prisma: await over(prisma), Drizzle: await over(drizzle) }
let bad = 0
const lines = []
for (const [at, [name]] of changes.entries()) {
  const cells = Object.entries(of).map(([tool, rows]) => {
    const errors = wrong(rows[at])
    for (const key of errors) console.error(`${tool}, ${name}: ${key} was foreseen as ${rows[at].said[key]}: ${rows[at].was[key] || 'it worked'}`)
    bad += errors.length
    return `${told(rows[at])}${errors.length ? ' **wrong**' : ''}${may(rows[at]).length ? ' (may)' : ''}`
  })
  lines.push(`| ${name} | ${cells.join(' | ')} |`)
}
const all = Object.values(of).flat()
const count = (test) => all.reduce((sum, row) => sum + Object.keys(row.said).filter((key) => test(row, key)).length, 0)
const summary = `${changes.length} changes, ${count(() => true)} operations: ${count((r, k) => r.said[k] === 'works')} were foreseen to work, ${count((r, k) => r.said[k] === 'breaks')} to break, ${count((r, k) => r.said[k] === 'may')} by what values there are (${count((r, k) => r.said[k] === 'may' && r.was[k] !== '')} of those failed); ${bad} were wrong.`
const table = `${summary}\n\n| the change | a client that Prisma generated before it: what fails | one written with Drizzle before it: what fails |\n|---|---|---|\n${lines.join('\n')}\n`
console.log(table)
if (process.argv.includes('write')) {
  const file = new URL('../docs/compat.md', import.meta.url)
  const text = readFileSync(file, 'utf8')
  const mark = '<!-- npm run clients -->\n'
  writeFileSync(file, text.slice(0, text.indexOf(mark) + mark.length) + table)
}
process.exitCode = bad > 0 ? 1 : 0
