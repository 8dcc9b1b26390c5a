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

module.exports = { openPglite }
