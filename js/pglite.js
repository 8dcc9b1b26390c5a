// PostgreSQL in this process and in memory, where the project has PGlite.
'use strict'

const { createRequire } = require('node:module')
const { join } = require('node:path')

const PACKAGE = '@electric-sql/pglite'

/** Extensions that have packages of their own; before, they were in PGlite's. */
const PACKAGES = { vector: '@electric-sql/pglite-pgvector', age: '@electric-sql/pglite-age', postgis: '@electric-sql/pglite-postgis' }

/** What an extension needs beside itself. */
const NEEDS = { earthdistance: ['cube'] }

/** There without being loaded. */
const BUILT_IN = ['plpgsql']

/** A new, empty database with the extensions at hand; CREATE EXTENSION is left to whoever wants them. */
async function openPglite(dir, extensions) {
  const project = createRequire(join(dir, 'package.json'))
  const found = resolve(project, PACKAGE)
  if (!found) throw problem(`${PACKAGE} is not installed in ${dir}`, `npm install --save-dev ${PACKAGE}`)
  const wanted = new Set(extensions.flatMap((name) => [...(NEEDS[name] ?? []), name]))
  const loaded = {}
  for (const name of wanted) if (!BUILT_IN.includes(name)) loaded[name] = extension(project, name)
  return project(found).PGlite.create({ extensions: loaded })
}

/**
 * PostgreSQL's own messages for a text of SQL, each byte a character. That leaves out what PGlite does beside (its transactions,
 * listeners, blobs), so it is only for one that nobody else has. None where this version does not answer so.
 */
async function wire(db) {
  const ask = async (sql) => {
    const text = Buffer.from(`${sql}\0`)
    const head = Buffer.from('Q\0\0\0\0')
    head.writeUInt32BE(text.length + 4, 1)
    const answer = await db.execProtocolRaw(Buffer.concat([head, text]), { syncToFs: false })
    return Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength).latin1Slice()
  }
  const answer = await ask('SELECT 1').catch(() => '')
  // A description, a row, what was done, and ready outside of any transaction.
  return answer.startsWith('T') && answer.endsWith('SELECT 1\0Z\0\0\0\u0005I') ? ask : undefined
}

/** An extension as PGlite wants it: its own packages export it under its name, with underscores. */
function extension(project, name) {
  const word = name.replaceAll('-', '_')
  // A name comes out of somebody's SQL, and is no path.
  const places = /^\w+$/.test(word) ? [PACKAGES[name], `${PACKAGE}/contrib/${word}`, `${PACKAGE}/${word}`] : []
  for (const place of places.filter(Boolean)) {
    const found = resolve(project, place)
    const exported = found && project(found)[word]
    if (exported?.setup) return exported
  }
  const own = PACKAGES[name]
  throw problem(
    `PGlite carries no extension ${JSON.stringify(name)}`,
    own ? `npm install --save-dev ${own}` : 'name a server that has it with --scratch-url',
  )
}

function resolve(project, name) {
  try {
    return project.resolve(name)
  } catch {
    return undefined
  }
}

function problem(message, hint) {
  return Object.assign(new Error(message), { kind: 'unsupported', hint })
}

module.exports = { openPglite, wire }
