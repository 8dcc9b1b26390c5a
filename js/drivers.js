// Databases that are reached through an object in JavaScript. The addon asks with one text and gets one text back.
'use strict'

const { adapt } = require('./adapters.js')
const { openPglite, wire } = require('./pglite.js')
const { EngineThread } = require('./thread.js')

/** The drivers that the addon knows by number. */
const drivers = new Map()
/** Engines that were opened for it, each in its thread. */
const threads = new Map()
let last = 0

/** Makes a driver object, or a client that `adapt` knows, known to the addon. */
function register(client) {
  last += 1
  return enter(last, adapt(client))
}

function enter(id, driver) {
  drivers.set(id, driver)
  return {
    id,
    dialect: driver.dialect,
    script: typeof driver.script === 'function',
    pinned: driver.pinned === true,
    transactions: driver.transactions === true,
    wire: typeof driver.wire === 'function',
  }
}

/** Forgets a driver object, which stays as it is: it is its maker's. */
function forget({ id }) {
  drivers.delete(id)
}

/** Opens an engine that lives in this process, out of the packages of the project in `dir`. */
async function open(wanted) {
  last += 1
  const id = last
  const thread = new EngineThread({ ...wanted, id })
  const opened = await thread.opened
  if (JSON.parse(opened).error) await thread.end()
  else threads.set(id, thread)
  return opened
}

async function closed(id, thread) {
  threads.delete(id)
  await thread.end()
  return JSON.stringify({ ok: {} })
}

/** The same in this thread, as `answer` says it. */
function openHere({ id, dialect, extensions, dir }) {
  return answered(async () => {
    if (dialect !== 'postgresql') throw unsupported(`there is no engine for ${dialect} that lives in Node`)
    const db = await openPglite(dir, extensions)
    return enter(id, { ...adapt(db), wire: await wire(db) })
  })
}

/** A value as text: as the engine would print it, where JavaScript still knows enough for that. */
function text(value, dialect) {
  if (value === null || value === undefined) return null
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      if (dialect === 'postgresql' || dialect === 'cockroachdb') return value ? 't' : 'f'
      return value ? '1' : '0'
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value
  if (ArrayBuffer.isView(bytes)) return hex(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), dialect)
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? null
}

/** Bytes as the drivers in Rust print them. */
function hex(bytes, dialect) {
  const digits = bytes.toString('hex')
  if (dialect === 'mysql') return `0x${digits.toUpperCase()}`
  return dialect === 'sqlite' ? `x'${digits.toUpperCase()}'` : `\\x${digits}`
}

/** What a query gave, as names and rows of text: an array of objects, or `{ columns, rows }` with rows of either kind. */
function table(answer, dialect) {
  const found = Array.isArray(answer) ? answer : (answer?.rows ?? [])
  const named = answer?.columns ?? answer?.fields
  const columns = named?.map((column) => (typeof column === 'string' ? column : column.name)) ?? Object.keys(found[0] ?? {})
  const values = (row) => (Array.isArray(row) ? row : columns.map((name, at) => row[name] ?? row[at]))
  return { columns, rows: found.map((row) => values(row).map((value) => text(value, dialect))) }
}

const OPERATIONS = {
  async execute({ id, sql }) {
    const count = await driver(id).execute(sql)
    return { count: typeof count === 'number' || typeof count === 'bigint' ? Number(count) : 0 }
  },
  async script({ id, sql }) {
    await driver(id).script(sql)
    return {}
  },
  async query({ id, sql }) {
    const { dialect } = driver(id)
    return table(await driver(id).query(sql), dialect)
  },
  async close({ id }) {
    const known = drivers.get(id)
    drivers.delete(id)
    await known?.close?.()
    return {}
  },
}

function driver(id) {
  const known = drivers.get(id)
  if (!known) throw unsupported('the driver is closed')
  return known
}

function unsupported(message, help) {
  return Object.assign(new Error(message), { kind: 'unsupported', hint: help })
}

/** The words of whatever was thrown, of which only some fields are the engine's. */
function said(error) {
  const word = (value) => (typeof value === 'string' && value !== '' ? value : undefined)
  const number = (value) => (Number.isInteger(Number(value)) && value !== null && value !== '' ? Number(value) : undefined)
  return {
    kind: word(error?.kind),
    code: word(error?.sqlState) ?? word(error?.extendedCode) ?? word(error?.code) ?? word(error?.cause?.code),
    message: word(error?.message) ?? String(error),
    detail: word(error?.detail),
    hint: word(error?.hint),
    number: number(error?.errno),
    position: number(error?.position),
  }
}

/** Answers the addon: `{ ok }`, `{ error }`, or what `wire` gave. Never throws. */
async function answer(request) {
  const { op, ...rest } = JSON.parse(request)
  const thread = threads.get(rest.id)
  try {
    if (op === 'open') return await open(rest)
    if (thread) return await (op === 'close' ? closed(rest.id, thread) : thread.ask(request))
    if (op === 'wire') return await driver(rest.id).wire(rest.sql)
  } catch (error) {
    return JSON.stringify({ error: said(error) })
  }
  return answered(() => OPERATIONS[op](rest))
}

/** What comes of some work. */
async function answered(work) {
  try {
    return JSON.stringify({ ok: await work() })
  } catch (error) {
    return JSON.stringify({ error: said(error) })
  }
}

module.exports = { answer, forget, openHere, register, text }
