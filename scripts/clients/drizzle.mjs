// A client that is written with Drizzle from the older schema, and what it does to rows.
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const SCHEMA = `const { boolean, integer, jsonb, numeric, pgEnum, pgTable, serial, text, timestamp, varchar } = require('drizzle-orm/pg-core')
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
`

/** As for Prisma. */
export function project(cwd, tools) {
  writeFileSync(join(cwd, 'schema.js'), SCHEMA)
  writeFileSync(join(cwd, '.gitignore'), 'node_modules\n')
  writeFileSync(join(cwd, 'package.json'), '{ "private": true }\n')
  symlinkSync(join(tools, 'node_modules'), join(cwd, 'node_modules'))
  const kit = join(tools, 'node_modules/drizzle-kit/bin.cjs')
  const run = spawnSync(process.execPath, [kit, 'generate', '--dialect=postgresql', '--schema=./schema.js', '--out=./drizzle', '--name=init'], { cwd, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`drizzle-kit generate: ${run.stdout}${run.stderr}`)
  const first = readdirSync(join(cwd, 'drizzle')).find((name) => name.endsWith('.sql'))
  const journal = join(cwd, 'drizzle/meta/_journal.json')
  const before = JSON.parse(readFileSync(journal, 'utf8'))
  const add = (sql) => {
    const entry = { idx: 1, version: '7', when: before.entries[0].when + 1, tag: '0001_change', breakpoints: true }
    writeFileSync(journal, JSON.stringify({ ...before, entries: [before.entries[0], entry] }))
    writeFileSync(join(cwd, 'drizzle/0001_change.sql'), `${sql.split(/;\n(?!.*\$\$)/).join(';--> statement-breakpoint\n')};`)
  }
  const base = readFileSync(join(cwd, 'drizzle', first), 'utf8').replaceAll('--> statement-breakpoint', '')
  return { base, dir: 'drizzle', add, names: { users: 'users', posts: 'posts' }, connect: (url) => connect(cwd, url) }
}

function connect(cwd, connectionString) {
  const require = createRequire(join(cwd, 'x.js'))
  const { users, posts } = require('./schema.js')
  const { eq } = require('drizzle-orm')
  const { drizzle } = require('drizzle-orm/node-postgres')
  const { Pool } = require('pg')
  const pool = new Pool({ connectionString, max: 1 })
  const db = drizzle(pool)
  const full = { name: 'n', role: 'USER', score: 3, active: true, made: new Date(0), touched: new Date(0), note: 'note', price: '1.25', data: { a: 1 }, token: 'k', tags: ['a'] }
  return {
    users: {
      select: () => db.select().from(users),
      insert: () => db.insert(users).values({ email: 'new' }),
      insertAll: () => db.insert(users).values({ email: 'all', ...full }),
      update: () => db.update(users).set({ touched: new Date(1) }).where(eq(users.id, 1)),
      updateAll: () => db.update(users).set(full).where(eq(users.id, 1)),
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
    end: () => pool.end(),
  }
}
