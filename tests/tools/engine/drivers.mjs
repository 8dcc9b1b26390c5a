// Prisma's driver adapters, mended where they differ from what the binary does with a server.
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, isAbsolute, resolve } from 'node:path'
import { engineRequire } from './packages.mjs'

const { bindMigrationAwareSqlAdapterFactory } = engineRequire('@prisma/driver-adapter-utils')
const pg = () => createRequire(engineRequire.resolve('@prisma/adapter-pg'))('pg')

let scriptError
/** What the server said when the last migration's script failed. */
export const lastScriptError = () => scriptError

/** What the engine makes its connections with. */
export function factory(url, base) {
  return bindMigrationAwareSqlAdapterFactory(url?.startsWith('file:') ? sqlite(path(url, base)) : postgres(url))
}

/** A `file:` URL's path. */
function path(url, base) {
  const file = url.replace(/^file:(\/\/(?=\/))?/, '').replace(/\?.*$/, '')
  return isAbsolute(file) ? file : resolve(base, file)
}

/** A migration is sent whole, as the binary does; the adapters cut it at every semicolon. */
function whole(connection, send) {
  connection.executeScript = async (sql) => {
    scriptError = undefined
    try {
      await send(sql)
    } catch (error) {
      scriptError = error
      connection.onError(error)
    }
  }
  return connection
}

function sqlite(file) {
  const { PrismaLibSql } = engineRequire('@prisma/adapter-libsql')
  // The binary stores times as milliseconds.
  const made = new PrismaLibSql({ url: `file:${file}` }, { timestampFormat: 'unixepoch-ms' })
  for (const connect of ['connect', 'connectToShadowDb']) {
    const plain = made[connect].bind(made)
    made[connect] = async () => {
      const connection = await plain()
      return whole(connection, (sql) => connection.client.executeMultiple(sql))
    }
  }
  return made
}

/** Connection settings one by one: beside a connection string pg would ignore the shadow database's name. */
function settings(url) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const schema = searchParams.get('schema') ?? undefined
  const [user, secret, database] = [username, password, pathname.slice(1)].map(decodeURIComponent)
  const options = schema ? { options: `-c search_path="${schema}"` } : {} // the adapter only qualifies its own queries
  return { schema, config: { host: hostname, port: Number(port || 5432), user, password: secret, database, ...options } }
}

function postgres(url) {
  const { PrismaPg } = engineRequire('@prisma/adapter-pg')
  const { schema, config } = settings(url)
  const chars = readCatalogTypes()
  const open = async (extra) => {
    const made = new PrismaPg({ ...config, ...extra, max: 1, idleTimeoutMillis: 0 }, { schema })
    const connection = await made.connect()
    const query = connection.queryRaw.bind(connection)
    connection.queryRaw = async (asked) => {
      chars.clear()
      const answer = await query(asked)
      for (const column of chars) answer.columnTypes[column] = CHARACTER
      return answer
    }
    return whole(connection, (sql) => connection.client.query(sql))
  }
  const made = new PrismaPg(config, { schema })
  made.connect = () => open({})
  made.connectToShadowDb = () => shadow(config, open)
  return made
}

/** The adapters' number for a single character. */
const CHARACTER = 6
const CHAR_OID = 18
const NAME_OID = 19

/** Columns of the types `"char"` and `name`, which the catalogs have and the adapter refuses, are read as text. */
function readCatalogTypes() {
  const { Result } = pg()
  const chars = new Set()
  const plain = Result.prototype.addFields
  Result.prototype.addFields = function addFields(fields) {
    fields.forEach((field, at) => {
      if (field.dataTypeID === CHAR_OID) chars.add(at)
      if ([CHAR_OID, NAME_OID].includes(field.dataTypeID)) field.dataTypeID = 25
    })
    return plain.call(this, fields)
  }
  return chars
}

/** A shadow database that is dropped after its connections are closed, not before. */
async function shadow(config, open) {
  const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
  const admin = new (pg().Client)(config)
  await admin.connect()
  await admin.query(`CREATE DATABASE "${database}"`)
  const connection = await open({ database })
  const dispose = connection.dispose.bind(connection)
  connection.dispose = async () => {
    await dispose()
    await admin.query(`DROP DATABASE "${database}" WITH (FORCE)`)
    await admin.end()
  }
  return connection
}

const failed = (code, message) => Object.assign(new Error(message), { code })

/** Resolves where the database answers, else fails as Prisma says it. */
export async function connectable(url, base) {
  if (url.startsWith('file:')) {
    const file = path(url, base)
    if (!existsSync(file)) throw failed('P1003', `Database \`${basename(file)}\` does not exist`)
    return
  }
  const { config } = settings(url)
  const client = new (pg().Client)(config)
  try {
    await client.connect()
    await client.end()
  } catch (error) {
    if (error.code === '3D000') throw failed('P1003', `Database \`${config.database}\` does not exist`)
    if (error.code?.startsWith('28')) throw failed('P1000', `Authentication failed against database server, the provided database credentials for \`${config.user}\` are not valid.`)
    throw failed('P1001', `Can't reach database server at \`${config.host}:${config.port}\``)
  }
}

/** Makes the database. */
export async function createDatabase(url, base) {
  if (url.startsWith('file:')) {
    const file = path(url, base)
    mkdirSync(dirname(file), { recursive: true })
    closeSync(openSync(file, 'a'))
    return
  }
  const { config } = settings(url)
  const client = new (pg().Client)({ ...config, database: 'postgres' })
  await client.connect()
  await client.query(`CREATE DATABASE "${config.database.replaceAll('"', '""')}"`)
  await client.end()
}
