// Modules of the project's own that take the batches of a backfill. The addon asks with one text and gets one text back:
// what the module says of itself, and then batch by batch what it wants: a statement run, or what it has in the end.
//
// While a module runs, the addon's thread holds the batch's transaction and waits here. So a statement of the module is an
// answer to the addon, and what the statement gave is the addon's next question.
'use strict'

const { text } = require('./drivers.js')

/** What was loaded, by path. */
const modules = new Map()
/** Batches that are under way, by number. */
const batches = new Map()
let last = 0

function load(path) {
  if (!modules.has(path)) {
    const { createJiti } = require('jiti')
    // Nothing is cached on disk: unmigrate writes rollbacks, and nothing else.
    const jiti = createJiti(path, { interopDefault: true, fsCache: false, moduleCache: false, tsconfigPaths: true })
    modules.set(path, jiti.import(path, { default: true }))
  }
  return modules.get(path)
}

/** What a module says of itself. */
async function about({ path }) {
  const module = await load(path)
  if (typeof module?.run !== 'function') throw new Error('its default export has no function `run`')
  const { name = null, table = null, columns = [], where = null } = module
  return { name, table, columns, where }
}

/** Begins a batch; gives the first thing that the module wants. */
async function run({ path, dialect, key, rows }) {
  const module = await load(path)
  last += 1
  const batch = { id: last, path, wanted: [], waiting: new Map(), told: undefined }
  batches.set(batch.id, batch)
  const sql = (strings, ...values) => asked(batch, strings, values, dialect)
  batch.done = Promise.resolve()
    .then(() => module.run({ rows, key, sql }))
    .then((written) => {
      if (batch.wanted.length > 0 || batch.waiting.size > 0) throw new Error('a statement of `sql` was begun, and not awaited')
      return { done: (written ?? []).map((row) => encoded(row, dialect)) }
    })
  // It is looked at in `next`; until then nobody may call it unhandled.
  batch.done.catch(() => {})
  return next(batch)
}

/** Goes on with a batch whose statement was run. */
async function answer({ id, rows, error }) {
  const batch = batches.get(id)
  const { resolve, reject } = batch.waiting.get(batch.told)
  batch.waiting.delete(batch.told)
  if (error) reject(Object.assign(new Error(error.message), { code: error.code ?? undefined }))
  else resolve(rows)
  return next(batch)
}

/** What the batch wants next: a statement, or to end. */
async function next(batch) {
  if (batch.wanted.length === 0) {
    const more = new Promise((resolve) => (batch.more = resolve))
    try {
      const ended = await Promise.race([batch.done, more])
      if (ended) {
        batches.delete(batch.id)
        return ended
      }
    } catch (error) {
      batches.delete(batch.id)
      throw error
    }
  }
  const { number, parts, values } = batch.wanted.shift()
  batch.told = number
  return { id: batch.id, sql: parts, values }
}

/** The function that a module gets as `sql`: a tag for template literals, whose values never become SQL. */
function asked(batch, strings, values, dialect) {
  if (!Array.isArray(strings?.raw)) throw new TypeError('`sql` is a tag: write sql`UPDATE t SET a = ${value}`')
  if (!batches.has(batch.id)) throw new Error('the batch is over: await every `sql` within `run`')
  const number = Symbol('statement')
  return new Promise((resolve, reject) => {
    batch.waiting.set(number, { resolve, reject })
    batch.wanted.push({ number, parts: [...strings], values: values.map((value) => wire(value, dialect, true)) })
    batch.more?.()
  })
}

function encoded(row, dialect) {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) throw new TypeError('`run` gives an array of rows, each an object')
  const given = Object.entries(row).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, wire(value, dialect, false)]))
}

/** A value for the addon: what JSON has, and `{ bytes }` and `{ list }`. An array is a list in a statement, and JSON in a row. */
function wire(value, dialect, inStatement) {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'number') return value
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError('a Date is not a time')
    // MySQL knows no Z: it takes the time as it stands.
    return dialect === 'mysql' ? value.toISOString().replace('T', ' ').replace('Z', '') : value.toISOString()
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    const view = value instanceof ArrayBuffer ? new Uint8Array(value) : value
    return { bytes: Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex') }
  }
  if (inStatement && Array.isArray(value)) return { list: value.map((one) => wire(one, dialect, false)) }
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`a ${typeof value} is no value of a column`)
  return text(value, dialect)
}

const OPERATIONS = { about, run, answer }

/** The words of what was thrown, and where in the module that was. */
function said(error, path) {
  const message = typeof error?.message === 'string' && error.message !== '' ? error.message : String(error)
  const at = String(error?.stack ?? '').split('\n').find((line) => path && line.includes(path))
  const line = at && /:(\d+):\d+\)?$/.exec(at.trim())?.[1]
  return { message: error?.name && error.name !== 'Error' ? `${error.name}: ${message}` : message, line: line ? Number(line) : null }
}

/** Answers the addon: `{ ok }`, or `{ error }`. Never throws. */
async function runModule(request) {
  const { op, ...rest } = JSON.parse(request)
  const path = rest.path ?? batches.get(rest.id)?.path
  try {
    return JSON.stringify({ ok: await OPERATIONS[op](rest) })
  } catch (error) {
    return JSON.stringify({ error: said(error, path) })
  }
}

module.exports = { runModule }
