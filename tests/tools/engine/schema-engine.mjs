#!/usr/bin/env node
// Stands in for Prisma's `schema-engine` binary, which is downloaded and on no registry. It speaks the same JSON-RPC on
// stdin and stdout, and every call is answered by Prisma's own engine core in WebAssembly, on PostgreSQL and SQLite.
//
// What is ours and not Prisma's: reading the arguments, listing folders for the versions that leave it to the engine, the
// two subcommands that only connect, and the code P3018 around the error of a migration that fails.
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { createDatabase, connectable, factory, lastScriptError } from './drivers.mjs'
import { engineRequire } from './packages.mjs'
import { datasourceOf, listMigrations, parse } from './request.mjs'

const given = parse(process.argv.slice(2))
if (given.version) {
  console.log('schema-engine-cli 0edf323efd1d98336f3f0a68684b56f689b900d3')
  process.exit(0)
}

const report = (fields, level = 'ERROR') =>
  process.stderr.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' })}\n`)

let panic
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (panic = message) }
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    report({ is_panic: true, message: panic ?? error?.stack ?? String(error) })
    process.exit(101)
  })
}

if (given.command) await subcommand(given.command)
else serve()

/** `can-connect-to-database` and `create-database`: exit 0, or the error as a line of the log. */
async function subcommand(name) {
  const { url, base } = datasourceOf(given, {})
  report({ message: 'starting' }, 'INFO') // the first line is not read
  try {
    if (name === 'can-connect-to-database') await connectable(url, base)
    else if (name === 'create-database') await createDatabase(url, base)
    else throw new Error(`the stand does not know ${name}`)
    process.exit(0)
  } catch (error) {
    report({ is_panic: false, error_code: error.code ?? '', message: error.message })
    process.exit(1)
  }
}

/** One request after the other; the answer of each is a line. */
function serve() {
  let before = Promise.resolve()
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })
  lines.on('line', (line) => {
    const request = line.trim() ? JSON.parse(line) : {}
    if (!request.method) return // an answer to our own `print`
    before = before.then(async () => {
      const head = { jsonrpc: '2.0', id: request.id }
      const answer = await call(request.method, request.params ?? {}).then(
        (result) => ({ ...head, result: result ?? null }),
        (error) => ({ ...head, error: { code: 4466, message: 'see the data', data: failure(error) } }),
      )
      process.stdout.write(`${JSON.stringify(answer)}\n`)
    })
  })
  lines.on('close', () => before.then(() => process.exit(0)))
}

function failure(error) {
  const message = error?.message ?? String(error)
  const known = error?.code ? { error_code: error.code, meta: error.meta ?? {} } : {}
  return { is_panic: error?.name === 'RuntimeError', message, backtrace: null, ...known }
}

let engine
async function started(params) {
  if (engine) return engine
  const { url, base } = datasourceOf(given, params)
  const runtime = await import(pathToFileURL(engineRequire.resolve('@prisma/schema-engine-wasm/schema_engine_bg')).href)
  const bytes = readFileSync(join(dirname(engineRequire.resolve('@prisma/schema-engine-wasm/schema_engine_bg')), 'schema_engine_bg.wasm'))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { './schema_engine_bg.js': runtime })
  runtime.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const datamodels = given.schemas.length ? given.schemas.map((path) => [path, readFileSync(path, 'utf8')]) : undefined
  engine = await runtime.SchemaEngine.new({ datamodels }, () => {}, factory(url, base))
  return engine
}

async function call(method, params) {
  switch (method) {
    case 'createDatabase':
      return { databaseName: '' }
    case 'listMigrationDirectories': // up to 6.5 the engine reads the folders
      return { migrations: listMigrations(params.migrationsDirectoryPath).migrationDirectories.map((d) => d.path) }
    case 'getDatabaseVersion':
      return (await started(params)).version(null)
    case 'ensureConnectionValidity':
      await (await started(params)).ensureConnectionValidity(params)
      return {}
  }
  const asked = modern(params)
  const core = await started(params)
  if (typeof core[method] !== 'function') throw new Error(`the engine does not know ${method}`)
  const result = await core[method](asked).catch((error) => again(core, method, asked, error))
  if (method === 'createMigration' && params.migrationsDirectoryPath) return written(params.migrationsDirectoryPath, result)
  if (method === 'diff' && result?.stdout != null) print(result.stdout)
  return result
}

/** Parameters of older versions, as the core takes them: folders are handed over as lists of their files. */
function modern({ migrationsDirectoryPath, ...params }) {
  if (migrationsDirectoryPath) params.migrationsList = listMigrations(migrationsDirectoryPath)
  for (const side of ['from', 'to']) {
    const { tag, path } = params[side] ?? {}
    if (tag === 'migrations' && typeof path === 'string') params[side] = { tag, ...listMigrations(path) }
  }
  const none = { externalTables: [], externalEnums: [] }
  return { filters: none, filter: none, ...params }
}

/** What the core in WebAssembly can't do by itself and the binary can. */
async function again(core, method, params, error) {
  const { migrationsList, filters } = params
  if (/shadow DB must be provided through an external factory/.test(error.message)) {
    await core.devDiagnostic({ migrationsList, filters }) // opens one, and keeps it
    return core[method](params)
  }
  const cause = lastScriptError()
  if (method !== 'applyMigrations' || !cause) throw error
  const { failedMigrationNames } = await core.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: false })
  const name = failedMigrationNames.at(-1) ?? '?'
  const code = cause.code ?? 'none'
  throw Object.assign(
    new Error(
      'A migration failed to apply. New migrations cannot be applied before the error is recovered from. ' +
        `\n\nMigration name: ${name}\n\nDatabase error code: ${code}\n\nDatabase error:\nERROR: ${cause.message}\n`,
    ),
    { code: 'P3018', meta: { migration_name: name, database_error_code: code, database_error: cause.message } },
  )
}

/** Up to 6.5 the engine writes the new migration's files. */
function written(dir, { migrationScript, generatedMigrationName, connectorType }) {
  if (migrationScript === null) return { generatedMigrationName: null }
  mkdirSync(join(dir, generatedMigrationName), { recursive: true })
  writeFileSync(join(dir, generatedMigrationName, 'migration.sql'), migrationScript)
  const lock = resolve(dir, 'migration_lock.toml')
  if (!existsSync(lock)) writeFileSync(lock, `provider = "${connectorType}"\n`)
  return { generatedMigrationName }
}

let prints = 0
function print(content) {
  prints += 1
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: prints, method: 'print', params: { content } })}\n`)
}
