// Clients that Prisma generates, one from the schema of each version. They read and write whole rows, as `findUnique`,
// `update`, `upsert`, `create` and `delete` do without a `select`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installed } from '../../../tests/tools/install.mjs'

const TYPES = { text: 'String', int: 'Int', bigint: 'BigInt' }

function field({ name, type, optional, left, empty }) {
  const usual = empty ? '@default("")' : left && !optional ? '@default(dbgenerated())' : ''
  return `  ${name} ${TYPES[type]}${optional ? '?' : ''} ${usual} ${left ? '@ignore' : ''}`
}

const schema = (provider, columns, table) => `generator client {
  provider = "prisma-client-js"
  output   = "./generated"
}
datasource db {
  provider = "${provider}"
}
model User {
  id    Int    @id @default(autoincrement())
${columns.map(field).join('\n')}
  email String @unique
  score Int    @default(0)
  @@map("${table}")
}
`

const ADAPTERS = {
  postgresql: (require, connectionString) => new (require('@prisma/adapter-pg').PrismaPg)({ connectionString, max: 1 }),
  mysql: (require, url) =>
    new (require('@prisma/adapter-mariadb').PrismaMariaDb)(`${url.replace(/^mysql:/, 'mariadb:')}?connectionLimit=1&connectTimeout=10000&acquireTimeout=60000`),
}

/** Generates the client of a version. */
function generate(cwd, provider, columns, table) {
  const tools = installed('clients')
  mkdirSync(cwd, { recursive: true })
  writeFileSync(join(cwd, 'schema.prisma'), schema(provider, columns, table))
  writeFileSync(join(cwd, 'prisma.config.mjs'), "export default { schema: './schema.prisma', datasource: { url: 'postgres://x@127.0.0.1/x' } }\n")
  if (!existsSync(join(cwd, 'node_modules'))) symlinkSync(join(tools, 'node_modules'), join(cwd, 'node_modules'))
  // Any file stands in for the engine, which generating a client does not call.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' }
  const run = spawnSync(process.execPath, [join(tools, 'node_modules/prisma/build/index.js'), 'generate'], { cwd, env, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`prisma generate: ${run.stdout}${run.stderr}`)
}

/** A bigint of the test fits a number. */
const plain = (row) => row && Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]))

/** What is not there can't be changed: Prisma throws, and SQL says that it changed nothing. */
const orNothing = (error) => {
  if (error.code === 'P2025') return 0
  throw error
}

/**
 * What Prisma asks to be tried again (P2034: a deadlock or a write conflict) is tried again, and told of: on MySQL its
 * `update`, `upsert` and `delete` are transactions that read first.
 */
async function again(work, retried) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (error.code !== 'P2034' || tries === 5) throw error
      retried()
    }
  }
}

export function prepare({ engine, models, tables, cwd, retried }) {
  for (const [version, columns] of Object.entries(models)) {
    generate(join(cwd, version), engine.provider, columns, ['old', 'first'].includes(version) ? tables.old : tables.new)
  }
  return async function connect(url, { version }) {
    const require = createRequire(join(cwd, version, 'x.js'))
    const { PrismaClient } = require('./generated')
    const client = new PrismaClient({ adapter: ADAPTERS[engine.provider](require, url) })
    await client.$connect()
    const { user } = client
    const write = (work) => again(work, retried)
    return {
      read: async (email) => plain(await user.findUnique({ where: { email } })) ?? undefined,
      update: (email, column, value) => write(() => user.update({ where: { email }, data: { [column]: value } })).then(() => 1, orNothing),
      upsert: (email, column, value) =>
        write(() => user.upsert({ where: { email }, create: { email, [column]: value }, update: { [column]: value } })),
      insert: (email, column, value) => write(() => user.create({ data: { email, [column]: value } })),
      remove: (email) => write(() => user.delete({ where: { email } })).catch(orNothing),
      end: () => client.$disconnect(),
    }
  }
}
