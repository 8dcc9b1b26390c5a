// Databases for clients of an older schema: made once with rows in it, and had afresh for each change.
import { copyFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const own = `clients_${process.pid}`
const servers = {
  postgresql: (process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432').replace(/\/$/, ''),
  mysql: (process.env.UNMIGRATE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306').replace(/\/$/, ''),
}

/** A text in pieces: a statement ends with a semicolon at the end of its line. */
const pieces = (sql) => [sql].flat().flatMap((text) => text.split(/;\n/)).map((one) => one.trim().replace(/;$/, '')).filter(Boolean)

/** What each has: `begin(sql)` makes the one with rows, `fresh(sql)` a copy that a change was made to, and gives its URL. */
export const databases = {
  postgresql(tools) {
    const { Client } = createRequire(join(tools, 'x.js'))('pg')
    const url = (name) => `${servers.postgresql}/${name}`
    const run = async (name, sql) => {
      const client = new Client({ connectionString: url(name) })
      await client.connect()
      try {
        for (const one of [sql].flat()) await client.query(one)
      } finally {
        await client.end()
      }
    }
    return {
      async begin(sql) {
        await run('postgres', [`DROP DATABASE IF EXISTS ${own}_base`, `CREATE DATABASE ${own}_base TEMPLATE template0`])
        await run(`${own}_base`, sql)
      },
      async fresh(sql) {
        await run('postgres', [`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`, `CREATE DATABASE ${own} TEMPLATE ${own}_base`])
        await run(own, sql)
        return url(own)
      },
      end: () => run('postgres', [`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`, `DROP DATABASE IF EXISTS ${own}_base WITH (FORCE)`]),
    }
  },
  mysql(tools) {
    const { createConnection } = createRequire(join(tools, 'x.js'))('mysql2/promise')
    const run = async (name, sql) => {
      const db = await createConnection({ uri: `${servers.mysql}/${name}` })
      try {
        for (const one of pieces(sql)) await db.query(one)
      } finally {
        await db.end()
      }
    }
    let base = []
    return {
      begin(sql) {
        base = sql
      },
      async fresh(sql) {
        await run('', [`DROP DATABASE IF EXISTS ${own}`, `CREATE DATABASE ${own} CHARACTER SET utf8mb4`])
        await run(own, [base, sql].flat())
        return `${servers.mysql}/${own}`
      },
      end: () => run('', `DROP DATABASE IF EXISTS ${own}`),
    }
  },
  sqlite(tools, cwd) {
    const { createClient } = createRequire(join(tools, 'x.js'))('@libsql/client')
    const file = (name) => join(cwd, `${name}.db`)
    const run = async (name, sql) => {
      const client = createClient({ url: `file:${file(name)}` })
      try {
        for (const one of pieces(sql)) await client.execute(one)
      } finally {
        client.close()
      }
    }
    return {
      begin: (sql) => run('base', sql),
      async fresh(sql) {
        rmSync(file('own'), { force: true })
        copyFileSync(file('base'), file('own'))
        await run('own', sql)
        return `file:${file('own')}`
      },
      end() {},
    }
  },
}
