// Branches that are merged in any order, and what drizzle-orm's own migrator then does on databases of every age: what
// `check` says that they skip is what they skip.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createClient } from '@libsql/client'
import { drizzle } from 'drizzle-orm/libsql'
import { migrate } from 'drizzle-orm/libsql/migrator'
import { check } from 'unmigrate'
import { folder } from './projects.mjs'

function* orders(items) {
  if (items.length < 2) return yield items
  for (const [at, first] of items.entries()) {
    for (const rest of orders(items.toSpliced(at, 1))) yield [first, ...rest]
  }
}

function write(dir, entries) {
  mkdirSync(join(dir, 'meta'), { recursive: true })
  const listed = entries.map(({ tag, when }, idx) => ({ idx, version: '6', when, tag, breakpoints: true }))
  writeFileSync(join(dir, 'meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries: listed }))
  for (const { tag } of entries) writeFileSync(join(dir, `${tag}.sql`), `CREATE TABLE \`${tag}\` (\`id\` integer);`)
}

/**
 * A database that has run the first `age` entries of a journal, and then all of it: its tables, and in between what
 * `check --db` says that it will skip.
 */
async function tables(cwd, entries, age) {
  const url = `file:${join(cwd, `${Math.random()}.db`)}`
  const client = createClient({ url })
  let foreseen = []
  for (const known of [entries.slice(0, age), entries]) {
    const dir = join(cwd, `m${known.length}`)
    write(dir, known)
    if (known === entries && age > 0) {
      const { findings } = await check({ cwd, dirs: [dir], db: url })
      foreseen = findings.filter((f) => f.rule === 'skipped-for-ever').map((f) => /has not run `(\w+)`/.exec(f.message)[1])
    }
    if (known.length > 0) await migrate(drizzle(client), { migrationsFolder: dir })
  }
  const { rows } = await client.execute("SELECT name FROM sqlite_master WHERE name LIKE 'b%'")
  client.close()
  return { there: new Set(rows.map((row) => row.name)), foreseen: foreseen.sort() }
}

test('what will be skipped is what drizzle-orm skips', async (t) => {
  let journals = 0
  let skips = 0
  for (const branches of [2, 3, 4]) {
    const made = Array.from({ length: branches }, (_, at) => ({ tag: `b${at}`, when: 1000 + at }))
    for (const entries of orders(made)) {
      const cwd = folder(t)
      write(join(cwd, 'drizzle'), entries)
      const { findings } = await check({ cwd, dirs: ['drizzle'] })
      const said = findings.filter((f) => f.rule === 'journal-backwards').map((f) => /^`(\w+)`.*has run `(\w+)`/.exec(f.message).slice(1))
      const place = (tag) => entries.findIndex((e) => e.tag === tag)
      for (let age = 0; age <= branches; age++) {
        const { there, foreseen } = await tables(cwd, entries, age)
        const skipped = entries.map((e) => e.tag).filter((tag) => !there.has(tag)).sort()
        // It has run the first `age` entries.
        const predicted = said.filter(([tag, newer]) => place(newer) < age && place(tag) >= age).map(([tag]) => tag).sort()
        assert.deepEqual(predicted, skipped, `${entries.map((e) => e.tag)} at age ${age}`)
        assert.deepEqual(foreseen, skipped, `${entries.map((e) => e.tag)} at age ${age}, asked`)
        skips += skipped.length
      }
      journals += 1
    }
  }
  assert.equal(journals, 2 + 6 + 24)
  assert.ok(skips > 50, `${skips}`)
})
