// A client that is written with Drizzle from the older schema, and what it does to rows.
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const SCHEMAS = {
  postgresql: `const { boolean, integer, jsonb, numeric, pgEnum, pgTable, serial, text, timestamp, varchar } = require('drizzle-orm/pg-core')
const { sql } = require('drizzle-orm')
const role = pgEnum('role', ['USER', 'ADMIN'])
const users = pgTable('users', {
  id: serial().primaryKey(),
  email: text().notNull().unique(),
  name: text(),
  role: role().notNull().default('USER'),
  score: integer().notNull().default(0),
  active: boolean().notNull().default(true),
  made: timestamp().notNull().defaultNow(),
  touched: timestamp().notNull().defaultNow(),
  note: varchar({ length: 50 }),
  price: numeric({ precision: 10, scale: 2 }),
  data: jsonb(),
  token: text().notNull().default(sql\`'t'::text\`),
  tags: text().array(),
})
const posts = pgTable('posts', {
  id: serial().primaryKey(),
  title: text().notNull(),
  userId: integer('user_id').notNull().references(() => users.id, { onDelete: 'cascade' }),
})
module.exports = { role, users, posts }
`,
  mysql: `const { boolean, datetime, decimal, int, mysqlEnum, mysqlTable, varchar } = require('drizzle-orm/mysql-core')
const { sql } = require('drizzle-orm')
const users = mysqlTable('users', {
  id: int().autoincrement().primaryKey(),
  email: varchar({ length: 191 }).notNull().unique(),
  name: varchar({ length: 191 }),
  role: mysqlEnum(['USER', 'ADMIN']).notNull().default('USER'),
  score: int().notNull().default(0),
  active: boolean().notNull().default(true),
  touched: datetime().notNull().default(sql\`CURRENT_TIMESTAMP\`),
  note: varchar({ length: 50 }),
  price: decimal({ precision: 10, scale: 2 }),
  token: varchar({ length: 20 }).notNull().default(sql\`('t')\`),
})
const posts = mysqlTable('posts', {
  id: int().autoincrement().primaryKey(),
  title: varchar({ length: 50 }).notNull(),
  userId: int('user_id').notNull().references(() => users.id, { onDelete: 'cascade' }),
})
module.exports = { users, posts }
`,
  sqlite: `const { integer, real, sqliteTable, text } = require('drizzle-orm/sqlite-core')
const { sql } = require('drizzle-orm')
const users = sqliteTable('users', {
  id: integer().primaryKey({ autoIncrement: true }),
  email: text().notNull().unique(),
  name: text(),
  score: integer().notNull().default(0),
  active: integer({ mode: 'boolean' }).notNull().default(true),
  note: text(),
  price: real(),
  token: text().notNull().default(sql\`('t')\`),
  touched: integer({ mode: 'timestamp' }).notNull().$defaultFn(() => new Date(0)),
})
const posts = sqliteTable('posts', {
  id: integer().primaryKey({ autoIncrement: true }),
  title: text().notNull(),
  userId: integer('user_id').notNull().references(() => users.id, { onDelete: 'cascade' }),
})
module.exports = { users, posts }
`,
}

const full = { name: 'n', score: 3, active: true, touched: new Date(0), note: 'note', token: 'k' }
const FULL = {
  postgresql: { ...full, role: 'USER', made: new Date(0), price: '1.25', data: { a: 1 }, tags: ['a'] },
  mysql: { ...full, role: 'USER', price: '1.25' },
  sqlite: { ...full, price: 1.25 },
}

/** As for Prisma. */
export function project(cwd, tools, dialect) {
  writeFileSync(join(cwd, 'schema.js'), SCHEMAS[dialect])
  writeFileSync(join(cwd, '.gitignore'), 'node_modules\n*.db\n')
  writeFileSync(join(cwd, 'package.json'), '{ "private": true }\n')
  symlinkSync(join(tools, 'node_modules'), join(cwd, 'node_modules'))
  const kit = join(tools, 'node_modules/drizzle-kit/bin.cjs')
  const run = spawnSync(process.execPath, [kit, 'generate', `--dialect=${dialect}`, '--schema=./schema.js', '--out=./drizzle', '--name=init'], { cwd, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`drizzle-kit generate: ${run.stdout}${run.stderr}`)
  const first = readdirSync(join(cwd, 'drizzle')).find((name) => name.endsWith('.sql'))
  const journal = join(cwd, 'drizzle/meta/_journal.json')
  const before = JSON.parse(readFileSync(journal, 'utf8'))
  const add = (sql) => {
    const entry = { idx: 1, version: '7', when: before.entries[0].when + 1, tag: '0001_change', breakpoints: true }
    writeFileSync(journal, JSON.stringify({ ...before, entries: [before.entries[0], entry] }))
    writeFileSync(join(cwd, 'drizzle/0001_change.sql'), `${sql.split(/;\n(?!.*\$\$)/).join(';--> statement-breakpoint\n')};`)
  }
  const base = readFileSync(join(cwd, 'drizzle', first), 'utf8').replaceAll('--> statement-breakpoint', '\n')
  return { base, dir: 'drizzle', add, names: { users: 'users', posts: 'posts' }, connect: (url) => connect(cwd, dialect, url) }
}

const CONNECT = {
  postgresql(require, connectionString) {
    const { Pool } = require('pg')
    const pool = new Pool({ connectionString, max: 1 })
    return [require('drizzle-orm/node-postgres').drizzle(pool), () => pool.end()]
  },
  mysql(require, uri) {
    const pool = require('mysql2/promise').createPool({ uri, connectionLimit: 1 })
    return [require('drizzle-orm/mysql2').drizzle(pool), () => pool.end()]
  },
  sqlite(require, url) {
    const client = require('@libsql/client').createClient({ url })
    return [require('drizzle-orm/libsql').drizzle(client), () => client.close()]
  },
}

function connect(cwd, dialect, url) {
  const require = createRequire(join(cwd, 'x.js'))
  const { users, posts } = require('./schema.js')
  const { eq } = require('drizzle-orm')
  const [db, end] = CONNECT[dialect](require, url)
  const all = FULL[dialect]
  return {
    users: {
      select: () => db.select().from(users),
      insert: () => db.insert(users).values({ email: 'new' }),
      insertAll: () => db.insert(users).values({ email: 'all', ...all }),
      update: () => db.update(users).set({ touched: new Date(1000) }).where(eq(users.id, 1)),
      updateAll: () => db.update(users).set(all).where(eq(users.id, 1)),
      delete: () => db.delete(users).where(eq(users.id, 2)),
    },
    posts: {
      select: () => db.select().from(posts),
      insert: () => db.insert(posts).values({ title: 't', userId: 1 }),
      insertAll: () => db.insert(posts).values({ title: 't', userId: 1 }),
      update: () => db.update(posts).set({ userId: 1 }).where(eq(posts.id, 1)),
      updateAll: () => db.update(posts).set({ title: 'u', userId: 1 }).where(eq(posts.id, 1)),
      delete: () => db.delete(posts).where(eq(posts.id, 2)),
    },
    end,
  }
}
