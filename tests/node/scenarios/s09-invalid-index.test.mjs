// CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS fails on duplicates, and leaves an index behind that is not valid. The next
// try takes it for the index, and succeeds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { prisma7, ran, tool } from './tools.mjs'

test('S9: it is found, refused while rows forbid it, dropped and built anew', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 's09')
  const cwd = project(t, prisma7({
    '20260101000000_init': 'CREATE TABLE "u" ("id" INTEGER NOT NULL, "email" TEXT, CONSTRAINT "u_pkey" PRIMARY KEY ("id"));\n',
    '20260102000000_unique': 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "u_email" ON "u"("email");\n',
  }))
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  await script(url, 'CREATE TABLE "u" ("id" INTEGER NOT NULL, "email" TEXT, CONSTRAINT "u_pkey" PRIMARY KEY ("id"))', "INSERT INTO u VALUES (1, 'a'), (2, 'a')")
  ran('prisma-7', cwd, url, 'migrate', 'resolve', '--applied', '20260101000000_init')
  assert.notEqual(tool('prisma-7', cwd, url, 'migrate', 'deploy').code, 0)
  const run = (...args) => unmigrate(cwd, ['doctor', '--url-env', 'APP_URL', ...args], { env: { APP_URL: url, UNMIGRATE_SCRATCH_URL: url.replace(/\/[^/]*$/, '/postgres') } })
  const looked = run()
  assert.equal(looked.code, 1, looked.err)
  assert.match(looked.out, /error\[invalid-index\].*1 of its values/)
  assert.match(run('--fix', 'indexes', '--confirm', database).err, /error\[rows-forbid\]/)
  await script(url, 'DELETE FROM u WHERE id = 2')
  const done = run('--fix', 'indexes', '--confirm', database)
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await query(url, "SELECT indisvalid::text FROM pg_index WHERE indexrelid = 'u_email'::regclass"), [['true']])
  // The failed row: all of it is there now.
  const tracking = run('--fix', 'tracking', '--confirm', database)
  assert.equal(tracking.code, 0, tracking.err)
  assert.match(tool('prisma-7', cwd, url, 'migrate', 'deploy').said, /No pending migrations/)
  assert.equal(run().code, 0, run().out)
})
