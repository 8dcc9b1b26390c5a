// What differs between the servers of the load test.
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from '../../tests/tools/install.mjs'
import { connect } from './sqlite.mjs'

const require = (name) => createRequire(join(installed('drizzle-0'), 'package.json'))(name)
const own = fileURLToPath(new URL('../../package.json', import.meta.url))
/** SQLite's server is a folder. */
let folder
const files = () => (folder ??= mkdtempSync(join(tmpdir(), 'unmigrate-load-sqlite-')))
/** Where the server has it. */
const on = (engine, database) => Object.assign(new URL(engine.server), { pathname: `/${database}` }).toString()

export const ENGINES = {
  postgres: {
    provider: 'postgresql',
    server: process.env.UNMIGRATE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432',
    maintenance: 'postgres',
    url: (database) => on(ENGINES.postgres, database),
    create: (database) => [`CREATE DATABASE ${database}`],
    async connect(url) {
      const { Client, types } = require('pg')
      // A bigint as a number, as a client does that was told to: the values of the test fit.
      types.setTypeParser(20, Number)
      types.setTypeParser(3802, String) // JSON as it is written
      const client = new Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect()
      return {
        query: async (sql, values = []) => (await client.query(sql, values.length ? values : undefined)).rows,
        change: async (sql, values) => (await client.query(sql, values)).rowCount,
        script: (sql) => client.query(sql),
        end: () => client.end(),
      }
    },
    upsert: (table, column) => `INSERT INTO ${table} (email, ${column}) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET ${column} = EXCLUDED.${column}`,
    at: (n) => `$${n}`,
    tracking: `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
      finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`,
    now: 'clock_timestamp()',
    drop: (database) => [`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`],
  },
  mysql: {
    provider: 'mysql',
    server: process.env.UNMIGRATE_TEST_MYSQL ?? 'mysql://root@127.0.0.1:3306',
    maintenance: 'mysql',
    url: (database) => on(ENGINES.mysql, database),
    create: (database) => [`CREATE DATABASE ${database}`],
    async connect(url) {
      const client = await require('mysql2/promise').createConnection({ uri: url, multipleStatements: true })
      client.on('error', () => {})
      return {
        query: async (sql, values = []) => (await client.query(sql, values))[0],
        change: async (sql, values) => (await client.query(sql, values))[0].affectedRows,
        script: (sql) => client.query(sql),
        end: () => client.end(),
      }
    },
    upsert: (table, column) => `INSERT INTO ${table} (email, ${column}) VALUES (?, ?) ON DUPLICATE KEY UPDATE ${column} = VALUES(${column})`,
    at: () => '?',
    tracking: `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
      finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3),
      started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)
      DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    now: 'CURRENT_TIMESTAMP(3)',
    // With what unmigrate keeps beside it.
    drop: (database) => [`DROP DATABASE IF EXISTS ${database}`, `DROP DATABASE IF EXISTS ${database}_unmigrate`],
  },
  sqlite: {
    provider: 'sqlite',
    maintenance: 'maintenance',
    url: (database) => `file:${join(files(), `${database}.db`)}`,
    connect: async (url) => connect(url.slice('file:'.length), own),
    upsert: (table, column) => `INSERT INTO ${table} (email, ${column}) VALUES (?, ?) ON CONFLICT (email) DO UPDATE SET ${column} = excluded.${column}`,
    at: () => '?',
    tracking: `CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, finished_at DATETIME,
      migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL DEFAULT current_timestamp,
      applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)`,
    now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    create: () => [],
    drop: () => [],
    clean: () => rmSync(files(), { recursive: true, force: true }),
  },
}
