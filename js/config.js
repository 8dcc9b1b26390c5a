// Config files are JavaScript or TypeScript, so Node evaluates them. Called by the addon, and only where the folders
// don't say enough; the loader itself is not read before that, since start-up time counts.
'use strict'

const { readFileSync } = require('node:fs')
const { basename, dirname, join } = require('node:path')
const { parseEnv } = require('node:util')

/** The config's default export, reduced to what JSON can hold. */
async function loadConfig(path) {
  const { createJiti } = require('jiti')
  // Nothing is cached on disk: unmigrate writes rollbacks, and nothing else.
  const jiti = createJiti(path, { interopDefault: true, fsCache: false, moduleCache: false, tsconfigPaths: true })
  const restore = isPrisma(path) ? () => {} : withEnvFile(dirname(path))
  try {
    return plain(await jiti.import(path, { default: true }), new Set())
  } finally {
    restore()
  }
}

/** Prisma 6 and 7 load no `.env` where there is a config: one that wants it imports dotenv. What they don't see is not ours to see. */
function isPrisma(path) {
  return /^prisma7?\./.test(basename(path))
}

/** Sets what a `.env` beside the config holds, as drizzle-kit does; gives back how to take it away again. */
function withEnvFile(dir) {
  let found = {}
  try {
    found = parseEnv(readFileSync(join(dir, '.env'), 'utf8'))
  } catch {
    // There is none.
  }
  const added = Object.keys(found).filter((key) => process.env[key] === undefined)
  for (const key of added) process.env[key] = found[key]
  return () => {
    for (const key of added) delete process.env[key]
  }
}

/** Strings, numbers, booleans, arrays and plain objects; clients, functions and circles are left out. */
function plain(value, above) {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value
  if (typeof value !== 'object' || above.has(value)) return null
  const within = new Set(above).add(value)
  if (Array.isArray(value)) return value.map((item) => plain(item, within))
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, plain(item, within)])
      .filter(([, item]) => item !== null),
  )
}

module.exports = { loadConfig }
