// `npm run demo`: generates the rollbacks of the example projects in a copy, prints them, proves them with `verify`, and
// then once more without it, on a database inside this process with rows of the example's own: up, down, is everything as
// before?, up again.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { status } from '../index.js'
import { contents, postgresql, sqlite } from './engines.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const cli = join(here, '../cli.js')
const style = (how, text) => (process.stdout.isTTY && !process.env.NO_COLOR ? styleText(how, text) : text)

const examples = [
  { dir: 'prisma-shop', title: 'A Prisma project on PostgreSQL', engine: postgresql },
  { dir: 'drizzle-tasks', title: 'A Drizzle project on SQLite', engine: sqlite },
  { dir: 'drizzle-v1-tasks', title: 'A project of Drizzle 1.0 on PostgreSQL', engine: postgresql },
]

function heading(text) {
  console.log(`\n${style('bold', text)}\n${'─'.repeat(text.length)}\n`)
}

/** What a user types and sees. */
function unmigrate(cwd, ...args) {
  console.log(style('dim', `$ npx unmigrate ${args.join(' ')}`))
  const { status: code } = spawnSync(process.execPath, [cli, ...args], { cwd, stdio: 'inherit' })
  if (code === 2) throw new Error(`unmigrate ${args.join(' ')} exited with 2`)
}

/** A rollback as it stands in its file, but for the hashes of the first line, which are longer than a screen is wide. */
function print(cwd, file) {
  const text = readFileSync(join(cwd, file), 'utf8').replace(/(sha256:.{8})\w+/g, '$1…')
  console.log(style('cyan', file))
  console.log(text.trimEnd().replace(/^(?=.)/gm, '    '), '\n')
}

/** Runs a rollback; where it announced that today's rows may forbid it, gives back what the database said. */
async function undo(engine, sql, notes) {
  try {
    await engine.run(sql)
  } catch (error) {
    await engine.run('ROLLBACK').catch(() => {})
    if (notes.some((note) => note.kind === 'mayRefuse')) return error.message
    throw new Error(`the rollback failed: ${error.message}`)
  }
}

/** What one round trip gave back, against what the file claims. Ends with the migration applied. */
async function roundTrip(engine, cwd, { up, down, grade, notes }) {
  const read = (file) => readFileSync(join(cwd, file), 'utf8')
  const before = { schema: await engine.schema(), rows: await contents(engine) }
  await engine.run(read(up))
  if (grade === 'manual') return { mark: '–', word: 'left to a person' }
  const refused = await undo(engine, read(down), notes)
  if (refused) return { mark: '–', word: `refused, as announced: ${refused}` }
  const after = { schema: await engine.schema(), rows: await contents(engine) }
  await engine.run(read(up))
  if (after.schema !== before.schema) return { mark: '✗', word: 'schema differs', before: before.schema, after: after.schema }
  if (after.rows === before.rows) return { mark: '✓', word: 'schema and rows are back' }
  if (grade === 'lossy') return { mark: '✓', word: 'schema is back; rows differ, as announced' }
  return { mark: '✗', word: 'rows differ', before: before.rows, after: after.rows }
}

/** The lines that only one of two texts has. */
function difference(before, after) {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const only = (these, those, sign) => these.filter((line) => !those.includes(line)).map((line) => `      ${sign} ${line}`)
  return [...only(a, b, 'before:'), ...only(b, a, 'after: ')].join('\n')
}

const COLORS = { '✓': 'green', '–': 'yellow', '✗': 'red' }

async function prove(cwd, example, migrations) {
  const engine = await example.engine(cwd)
  console.log(`On ${engine.name}, with rows in the tables, each migration up, down and up again:\n`)
  let fine = true
  for (const [i, migration] of migrations.entries()) {
    const result = await roundTrip(engine, cwd, migration)
    if (i === 0) await engine.run(readFileSync(join(here, example.dir, 'rows.sql'), 'utf8'))
    console.log(`  ${style(COLORS[result.mark], result.mark)} ${migration.name.padEnd(36)} ${migration.grade.padEnd(9)} ${result.word}`)
    if (result.mark === '✗') {
      console.log(difference(result.before, result.after))
      fine = false
    }
  }
  await engine.close()
  return fine
}

const copy = mkdtempSync(join(tmpdir(), 'unmigrate-demo-'))
try {
  for (const example of examples) {
    const cwd = join(copy, example.dir)
    cpSync(join(here, example.dir), cwd, { recursive: true })
    // As if PGlite were installed in it.
    symlinkSync(join(here, '../node_modules'), join(cwd, 'node_modules'), 'junction')
    heading(`${example.title} (examples/${example.dir})`)
    unmigrate(cwd, 'generate')
    const [history] = (await status({ cwd })).histories
    for (const { down } of history.migrations) print(cwd, down)
    unmigrate(cwd, 'verify')
    if (!(await prove(cwd, example, history.migrations))) process.exitCode = 1
  }
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
