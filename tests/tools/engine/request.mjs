// What Prisma asks its engine for: arguments, the data source, folders of migrations.
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The command line, of Prisma 5 (`--datamodel`, data source in base64) to 7 (`--datamodels`, data source in JSON). */
export function parse(argv) {
  const given = { schemas: [], datasource: undefined, command: undefined, version: false }
  const rest = [...argv]
  while (rest.length) {
    const word = rest.shift()
    if (word === '--version') given.version = true
    else if (['--datamodels', '--datamodel', '-d'].includes(word)) given.schemas.push(rest.shift())
    else if (word === '--datasource') given.datasource = rest.shift()
    else if (['--enabled-preview-features', '--extension-types'].includes(word)) rest.shift()
    else if (word !== 'cli' && !word.startsWith('-')) given.command = word
  }
  return given
}

/** The database's URL, and the folder that a relative `file:` starts from: up to 6 the schema's, in 7 the working one. */
export function datasourceOf(given, params) {
  const said = fromArgument(given.datasource)
  if (said) return { url: said, base: process.cwd() }
  const schema = given.schemas.map((path) => readFileSync(path, 'utf8')).join('\n')
  const base = given.schemas.length ? dirname(resolve(given.schemas[0])) : process.cwd()
  const named = [params.datasource, params.datasourceType, params.from, params.to].map((d) => d?.url ?? fromSchema(d?.files?.[0]?.content))
  return { url: fromSchema(schema) ?? named.find(Boolean) ?? process.env.DATABASE_URL, base }
}

function fromArgument(text) {
  if (!text) return undefined
  for (const form of [text, Buffer.from(text, 'base64').toString()]) {
    if (/^[a-z]+:/.test(form)) return form
    try {
      const { url } = JSON.parse(form)
      if (url) return url
    } catch {
      // not this form
    }
  }
  return undefined
}

/** `directUrl` before `url`, as migrations use it. */
function fromSchema(text) {
  const block = /datasource\s+\w+\s*\{([^}]*)\}/.exec(text ?? '')?.[1]
  const value = (key) => {
    const found = new RegExp(`^\\s*${key}\\s*=\\s*(?:env\\("([^"]+)"\\)|"([^"]+)")`, 'm').exec(block ?? '')
    return found && (found[1] ? process.env[found[1]] : found[2])
  }
  return value('directUrl') ?? value('url') ?? undefined
}

/** A folder of migrations with the text of each file. */
export function listMigrations(baseDir) {
  const text = (path) => {
    try {
      return { tag: 'ok', value: readFileSync(path, 'utf8') }
    } catch (error) {
      return { tag: 'error', value: error.message }
    }
  }
  const lock = text(join(baseDir, 'migration_lock.toml'))
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: lock.tag === 'ok' ? lock.value : null },
    shadowDbInitScript: '',
    migrationDirectories: folders(baseDir).map((path) => ({
      path,
      migrationFile: { path: 'migration.sql', content: text(join(baseDir, path, 'migration.sql')) },
    })),
  }
}

function folders(dir) {
  try {
    const entries = readdirSync(dir, { withFileTypes: true })
    return entries.filter((e) => e.isDirectory()).map((e) => e.name).sort()
  } catch {
    return []
  }
}
