// A release is bad, and its migration was applied without an error: Prisma has no way back from there (P3012). Forty of a
// thousand rows have something to lose. And the database on which somebody deleted the row already.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { prisma7, ran, tool } from './tools.mjs'

const INIT = '20260101000000_init'
const PROFILE = '20260102000000_add_profile'

async function deployed(t, name) {
  const { url, database } = await emptied(t, 'postgres', name)
  const cwd = project(t, prisma7({
    [INIT]: 'CREATE TABLE "User" ("id" INTEGER NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\n',
    [PROFILE]: 'ALTER TABLE "User" ADD COLUMN "bio" TEXT;\nCREATE INDEX "User_bio_idx" ON "User"("bio");\n',
  }))
  ran('prisma-7', cwd, url, 'migrate', 'deploy')
  await script(url, `INSERT INTO "User" SELECT n, 'u' || n, CASE WHEN n <= 40 THEN 'bio ' || n END FROM generate_series(1, 1000) n`)
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const server = url.replace(/\/[^/]*$/, '/postgres')
  const run = (...args) => unmigrate(cwd, args, { env: { DATABASE_URL: url, UNMIGRATE_SCRATCH_URL: server } })
  return { url, database, cwd, run, prisma: (...args) => tool('prisma-7', cwd, url, ...args) }
}

test('S1: forty values at stake are counted, kept, and come back', async (t) => {
  const it = await deployed(t, 's01')
  const dead = it.prisma('migrate', 'resolve', '--rolled-back', PROFILE)
  assert.match(dead.said, /P3012/)
  const looked = it.run('rollback', '--dry-run')
  assert.equal(looked.code, 0, looked.err)
  assert.match(looked.out, /discards +User\.bio \(40\)/)
  const done = it.run('rollback', '--archive', '--confirm', it.database)
  assert.equal(done.code, 0, done.err)
  const status = it.prisma('migrate', 'status')
  assert.match(status.said, new RegExp(`not yet been applied:\\s+${PROFILE}`))
  assert.match(it.prisma('migrate', 'deploy').said, new RegExp(PROFILE))
  assert.match(it.prisma('migrate', 'status').said, /up to date/)
  const [[kept]] = await query(it.url, 'SELECT id FROM _unmigrate.archive')
  assert.deepEqual(await query(it.url, `SELECT count(bio)::text FROM _unmigrate."${kept}"`), [['40']])
})

test('S1: the row is gone already, and the column is there', async (t) => {
  const it = await deployed(t, 's01b')
  await script(it.url, `DELETE FROM _prisma_migrations WHERE migration_name = '${PROFILE}'`)
  assert.notEqual(it.prisma('migrate', 'deploy').code, 0, 'the column is there already')
  const looked = it.run('doctor')
  assert.equal(looked.code, 1, looked.err)
  assert.match(looked.out, /error\[failed-migration\]|error\[applied-unrecorded\]/)
  const mended = it.run('doctor', '--fix', 'tracking', '--confirm', it.database)
  assert.equal(mended.code, 0, mended.err)
  assert.match(it.prisma('migrate', 'status').said, /up to date/)
  assert.match(it.prisma('migrate', 'deploy').said, /No pending migrations/)
  assert.equal(it.run('doctor').code, 0)
  assert.deepEqual(await query(it.url, 'SELECT count(bio)::text FROM "User"'), [['40']])
})
