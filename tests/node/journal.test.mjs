// Branches that are merged in any order, and what drizzle-orm's own migrator then does on databases of every age: what
// `check` says that they skip is what they skip; and once `--fix` was there, they skip nothing.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { createClient } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { check } from 'unmigrate'
import { installed } from '../tools/install.mjs'
import { running } from './deployed.mjs'
import { folder } from './projects.mjs'

function* orders(items) {
  if (items.length < 2) return yield items
  for (const [at, first] of items.entries()) {
    for (const rest of orders(items.toSpliced(at, 1))) yield [first, ...rest]
  }
}

function write(dir, entries, dialect) {
  mkdirSync(join(dir, 'meta'), { recursive: true })
  const listed = entries.map(({ tag, when }, idx) => ({ idx, version: '6', when, tag, breakpoints: true }))
  writeFileSync(join(dir, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect, entries: listed }))
  const quote = dialect === 'sqlite' ? '`' : '"'
  for (const { tag } of entries) writeFileSync(join(dir, `${tag}.sql`), `CREATE TABLE ${quote}${tag}${quote} (${quote}id${quote} integer);`)
}

/** A database of its own: its URL, drizzle-orm's migrator over a folder, and the tables that are there. */
const engines = {
  async sqlite(cwd) {
    const url = `file:${join(cwd, `${Math.random()}.db`)}`
    const client = createClient({ url })
    const names = async () => (await client.execute("SELECT name FROM sqlite_master WHERE name LIKE 'b%'")).rows.map((row) => row.name)
    return { url, names, migrate: (dir) => migrate(drizzle(client), { migrationsFolder: dir }), end: () => client.close() }
  },
  /** One for all, emptied each time: making databases takes longer than everything else. */
  async postgresql() {
    const require = createRequire(join(installed('drizzle-0'), 'x.js'))
    shared ??= await database(require('pg').Client)
    const { client, url } = shared
    await client.query('DROP SCHEMA IF EXISTS drizzle CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    const db = require('drizzle-orm/node-postgres').drizzle(client)
    const names = async () => (await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'b%'")).rows.map((row) => row.tablename)
    return { url, names, migrate: (dir) => require('drizzle-orm/node-postgres/migrator').migrate(db, { migrationsFolder: dir }), end() {} }
  },
}

let shared
async function database(Client) {
  const server = running('postgres').replace(/\/postgres$/, '')
  const name = `journal_${process.pid}`
  const admin = new Client({ connectionString: `${server}/postgres` })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name}`)
  const client = new Client({ connectionString: `${server}/${name}` })
  await client.connect()
  const end = async () => {
    await client.end()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.end()
  }
  return { client, url: `${server}/${name}`, end }
}

/**
 * A database that has run the first `age` entries of a journal, and then all of it: its tables, and in between what
 * `check --db` says that it will skip. With `fix` the journal is put in order before.
 */
async function tables(cwd, dialect, entries, age, fix) {
  const db = await engines[dialect](cwd)
  let foreseen = []
  try {
    for (const known of [entries.slice(0, age), entries]) {
      const dir = join(cwd, `m${known.length}`)
      write(dir, known, dialect)
      if (known === entries && age > 0) {
        const { findings } = await check({ cwd, dirs: [dir], db: db.url, ...(fix && { fixRule: ['journal-backwards'], yes: true }) })
        foreseen = findings.filter((f) => f.rule === 'skipped-for-ever').map((f) => /has not run `(\w+)`/.exec(f.message)[1])
      }
      if (known.length > 0) await db.migrate(dir)
    }
    return { there: new Set(await db.names()), foreseen: foreseen.sort() }
  } finally {
    await db.end()
  }
}

/** One journal on databases of every age: how many migrations were skipped. */
async function merged(t, dialect, entries) {
  const cwd = folder(t)
  write(join(cwd, 'drizzle'), entries, dialect)
  const { findings } = await check({ cwd, dirs: ['drizzle'] })
  const said = findings.filter((f) => f.rule === 'journal-backwards').map((f) => /^`(\w+)`.*has run `(\w+)`/.exec(f.message).slice(1))
  const place = (tag) => entries.findIndex((e) => e.tag === tag)
  let skips = 0
  for (let age = 0; age <= entries.length; age++) {
    const { there, foreseen } = await tables(cwd, dialect, entries, age)
    const skipped = entries.map((e) => e.tag).filter((tag) => !there.has(tag)).sort()
    // It has run the first `age` entries.
    const predicted = said.filter(([tag, newer]) => place(newer) < age && place(tag) >= age).map(([tag]) => tag).sort()
    assert.deepEqual(predicted, skipped, `${entries.map((e) => e.tag)} at age ${age}`)
    assert.deepEqual(foreseen, skipped, `${entries.map((e) => e.tag)} at age ${age}, asked`)
    if (skipped.length > 0) {
      const fixed = await tables(cwd, dialect, entries, age, true)
      assert.deepEqual([...fixed.there].sort(), entries.map((e) => e.tag).sort(), `fixed, ${entries.map((e) => e.tag)} at age ${age}`)
      assert.deepEqual(fixed.foreseen, [], 'and nothing is said any more')
    }
    skips += skipped.length
  }
  return skips
}

const branches = (count) => Array.from({ length: count }, (_, at) => ({ tag: `b${at}`, when: 1000 + at }))

test('what will be skipped is what drizzle-orm skips', async (t) => {
  let journals = 0
  let skips = 0
  for (const count of [2, 3, 4]) {
    for (const entries of orders(branches(count))) {
      skips += await merged(t, 'sqlite', entries)
      journals += 1
    }
  }
  assert.equal(journals, 2 + 6 + 24)
  assert.ok(skips > 50, `${skips}`)
})

test('and on PostgreSQL', { skip: process.env.UNMIGRATE_TEST_POSTGRES === 'none' }, async (t) => {
  t.after(() => shared?.end())
  const [two, three, four] = [2, 3, 4].map(branches)
  const some = [two, two.toReversed(), three.toReversed(), [three[1], three[2], three[0]], [four[2], four[0], four[3], four[1]]]
  let skips = 0
  for (const entries of some) skips += await merged(t, 'postgresql', entries)
  assert.ok(skips >= 8, `${skips}`)
})
