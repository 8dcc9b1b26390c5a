// Driver objects out of the clients that people have: told by what they can do, since their packages are not ours.
//
// A driver object: `{ dialect, execute(sql): Promise<number | void>, query(sql): Promise<object[] | { columns, rows }>,
// script?(sql): Promise<void>, close?(): Promise<void>, pinned?: boolean, transactions?: boolean }`. `pinned`: everything
// goes through one session, so that BEGIN, locks and settings hold. `transactions`: BEGIN and ROLLBACK can be executed.
'use strict'

const can = (client, ...names) => names.every((name) => typeof client[name] === 'function')

/** PGlite: one session in this process. Its values are left as PostgreSQL prints them. */
function pglite(db) {
  const options = () => {
    const parsers = Object.fromEntries(Object.keys(db.parsers ?? {}).map((type) => [type, (value) => value]))
    return { rowMode: 'array', parsers }
  }
  return {
    dialect: 'postgresql',
    execute: async (sql) => (await db.exec(sql, options())).at(-1)?.affectedRows,
    script: async (sql) => void (await db.exec(sql, options())),
    query: async (sql) => (await db.exec(sql, options())).findLast((result) => result.fields.length > 0) ?? [],
    close: () => db.close(),
    pinned: true,
    transactions: true,
  }
}

/** A connected client of node-postgres. Its values are left as PostgreSQL prints them. */
function pg(client) {
  const run = (text) => client.query({ text, rowMode: 'array', types: { getTypeParser: () => (value) => value } })
  const last = (results) => (Array.isArray(results) ? results.at(-1) : results)
  return {
    dialect: 'postgresql',
    execute: async (sql) => last(await run(sql)).rowCount ?? 0,
    script: async (sql) => void (await run(sql)),
    query: async (sql) => last(await run(sql)),
    pinned: true,
    transactions: true,
  }
}

/** @libsql/client. Every call may meet another session, and ends the transaction that it leaves open: of a file, too, whose
 *  sessions lie in a pool since 0.18. A file is reached by its URL, without any client. */
function libsql(client) {
  return {
    dialect: 'sqlite',
    execute: async (sql) => (await client.execute(sql)).rowsAffected,
    script: (sql) => client.executeMultiple(sql),
    query: (sql) => client.execute(sql),
    pinned: false,
    transactions: false,
  }
}

/** better-sqlite3, and node:sqlite, which has its shape. */
function sqlite(db) {
  const prepared = (sql) => {
    const statement = db.prepare(sql)
    // The one says so; the other has no columns where there is nothing to give back.
    const reader = statement.reader ?? (statement.columns?.() ?? []).length > 0
    if (reader) (statement.safeIntegers ?? statement.setReadBigInts).call(statement, true)
    return { statement, reader }
  }
  const rows = ({ statement }) => {
    const columns = statement.columns?.().map((column) => column.name)
    const arrays = statement.raw ?? statement.setReturnArrays
    arrays?.call(statement, true)
    const found = statement.all()
    return columns ? { columns, rows: found } : found
  }
  return {
    dialect: 'sqlite',
    async execute(sql) {
      const { statement, reader } = prepared(sql)
      if (!reader) return statement.run().changes
      statement.all()
      return 0
    },
    script: async (sql) => void db.exec(sql),
    async query(sql) {
      const found = prepared(sql)
      if (found.reader) return rows(found)
      found.statement.run()
      return []
    },
    pinned: true,
    transactions: true,
  }
}

/** A driver object as it is, or one made out of a client. */
function adapt(client) {
  if (client === null || typeof client !== 'object') throw new TypeError('a driver is an object')
  if (can(client, 'exec', 'query', 'transaction', 'execProtocol')) return pglite(client)
  if (can(client, 'execute', 'executeMultiple', 'batch')) return libsql(client)
  if (can(client, 'prepare', 'exec') && !can(client, 'execute')) return sqlite(client)
  if (can(client, 'query', 'connect') && 'totalCount' in client) {
    throw new TypeError('a Pool hands out other sessions all the time: give a Client of it')
  }
  if (can(client, 'query', 'connect') && !can(client, 'execute')) return pg(client)
  if (!can(client, 'execute', 'query')) throw new TypeError('a driver has the functions `execute` and `query`')
  if (!['postgresql', 'cockroachdb', 'mysql', 'sqlite'].includes(client.dialect)) {
    throw new TypeError("a driver has a `dialect`: 'postgresql', 'cockroachdb', 'mysql' or 'sqlite'")
  }
  return client
}

module.exports = { adapt }
