// The scratch URL and the project's URL are one database, by another name of its host, or by another schema.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { prisma7 } from './tools.mjs'

test('S10: refused after connecting, and not one object is new', async (t) => {
  const { url } = await emptied(t, 'postgres', 's10')
  const cwd = project(t, prisma7({ '1_a': 'CREATE TABLE "a" ("id" INTEGER PRIMARY KEY);\n' }))
  await script(url, 'CREATE TABLE customers (id int PRIMARY KEY)', 'INSERT INTO customers VALUES (1)')
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const objects = async () => query(url, "SELECT count(*)::text FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')")
  const before = await objects()
  const other = (host) => url.replace('127.0.0.1', host)
  for (const scratch of [url, other('localhost'), `${url}?schema=other`, `${other('localhost')}?application_name=x`]) {
    const done = unmigrate(cwd, ['verify', '--engine', 'server'], { env: { DATABASE_URL: url, UNMIGRATE_SCRATCH_URL: scratch } })
    assert.notEqual(done.code, 0, scratch)
    assert.match(done.out + done.err, /scratch-is-in-use|scratch-holds-tables/)
    assert.deepEqual(await objects(), before, scratch)
  }
  // And one that nobody names, and that holds a table.
  const done = unmigrate(cwd, ['verify', '--engine', 'server'], { env: { UNMIGRATE_SCRATCH_URL: url } })
  assert.notEqual(done.code, 0)
  assert.deepEqual([await objects(), await query(url, 'SELECT count(*)::text FROM customers')], [before, [['1']]])
})
