// Clients that are written with Drizzle, one with the table of each version. The code has a table of its own, which names the
// columns that it uses: Drizzle's INSERT names every column of its table. `shared`: it has the one that drizzle-kit reads
// instead, which names both shapes until the contract, and selects by a list. `prepared`: reads are prepared once, under a name.
// `tools`: where Drizzle is installed.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installed } from '../../../tests/tools/install.mjs'

const dialects = (require) => ({
  postgresql: {
    core: () => require('drizzle-orm/pg-core'),
    table: (core, name, columns) => core.pgTable(name, columns),
    types: { text: (core) => core.text(), int: (core) => core.integer(), bigint: (core) => core.bigint({ mode: 'number' }) },
    key: (core) => core.serial().primaryKey(),
    connect(url) {
      const pool = new (require('pg').Pool)({ connectionString: url, max: 1 })
      pool.on('error', () => {})
      return [require('drizzle-orm/node-postgres').drizzle({ client: pool }), () => pool.end()]
    },
    changed: (answer) => answer.rowCount,
    upsert: (insert, users, set) => insert.onConflictDoUpdate({ target: users.email, set }),
  },
  mysql: {
    core: () => require('drizzle-orm/mysql-core'),
    table: (core, name, columns) => core.mysqlTable(name, columns),
    types: { text: (core) => core.varchar({ length: 191 }), int: (core) => core.int(), bigint: (core) => core.bigint({ mode: 'number' }) },
    key: (core) => core.int().autoincrement().primaryKey(),
    connect(url) {
      const pool = require('mysql2/promise').createPool({ uri: url, connectionLimit: 1 })
      return [require('drizzle-orm/mysql2').drizzle({ client: pool }), () => pool.end()]
    },
    changed: ([answer]) => answer.affectedRows,
    upsert: (insert, users, set) => insert.onDuplicateKeyUpdate({ set }),
  },
})

function schema(dialect, name, columns, shared) {
  const core = dialect.core()
  const column = ({ type, optional, empty }) => {
    const made = dialect.types[type](core)
    const usual = empty ? made.default('') : made
    return optional ? usual : usual.notNull()
  }
  const own = columns.filter((c) => (shared ? !c.unnamed : !c.left && !c.fresh)).map((c) => [c.name, column(c)])
  return dialect.table(core, name, {
    id: dialect.key(core),
    ...Object.fromEntries(own),
    email: dialect.types.text(core).notNull().unique(),
    score: dialect.types.int(core).notNull().default(0),
  })
}

export function prepare({ engine, models, tables, prepared = false, shared = false, tools = 'clients' }) {
  const require = createRequire(join(installed(tools), 'package.json'))
  const { eq, getTableColumns, sql } = require('drizzle-orm')
  const dialect = dialects(require)[engine.provider]
  return async function connect(url, { version }) {
    const users = schema(dialect, ['old', 'first'].includes(version) ? tables.old : tables.new, models[version], shared)
    const [db, end] = dialect.connect(url)
    const left = new Set(models[version].filter((c) => c.left || c.fresh).map((c) => c.name))
    const some = Object.fromEntries(Object.entries(getTableColumns(users)).filter(([name]) => !left.has(name)))
    const select = () => (shared ? db.select(some) : db.select()).from(users)
    const statement = prepared ? select().where(eq(users.email, sql.placeholder('email'))).prepare('one_user') : undefined
    const one = (email) => (statement ? statement.execute({ email }) : select().where(eq(users.email, email)))
    return {
      read: async (email) => (await one(email))[0],
      update: async (email, column, value) => dialect.changed(await db.update(users).set({ [column]: value }).where(eq(users.email, email))),
      upsert: (email, column, value) => dialect.upsert(db.insert(users).values({ email, [column]: value }), users, { [column]: value }),
      insert: (email, column, value) => db.insert(users).values({ email, [column]: value }),
      remove: (email) => db.delete(users).where(eq(users.email, email)),
      end,
    }
  }
}

export const prepareNamed = (stand) => prepare({ ...stand, prepared: true })
export const prepareShared = (stand) => prepare({ ...stand, shared: true })
export const prepareNext = (stand) => prepare({ ...stand, tools: 'drizzle-1' })
