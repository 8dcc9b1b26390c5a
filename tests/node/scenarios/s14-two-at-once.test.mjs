// Two at the same moment, and a URL that leads through a pooler.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { project, root } from '../projects.mjs'
import { prisma7, ran, tool } from './tools.mjs'

const MIGRATIONS = Object.fromEntries([1, 2, 3].map((n) => [`2026010${n}000000_m${n}`, `CREATE TABLE "t${n}" ("id" INTEGER NOT NULL, CONSTRAINT "t${n}_pkey" PRIMARY KEY ("id"));\n`]))
const LOCKS = "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

test('S14: a pooler is refused, with the way out', async (t) => {
  const { url } = await emptied(t, 'postgres', 's14')
  const cwd = project(t, prisma7(MIGRATIONS))
  ran('prisma-7', cwd, url, 'migrate', 'deploy')
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const done = unmigrate(cwd, ['rollback', '--confirm', 'x', '--url-env', 'APP_URL'], { env: { APP_URL: `${url}?pgbouncer=true` } })
  assert.notEqual(done.code, 0)
  assert.match(done.err, /error\[no-session\].*\n.*direct URL/s)
})

test('S14: a rollback and a deploy at once: one history, no lock left, also after kill -9', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 's14b')
  const cwd = project(t, prisma7(MIGRATIONS))
  ran('prisma-7', cwd, url, 'migrate', 'deploy')
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const start = (...args) => spawn(process.execPath, args, { cwd, env: { ...process.env, DATABASE_URL: url }, stdio: 'ignore' })
  const ended = (child) => new Promise((done) => child.on('exit', (code) => done(code)))
  for (let round = 0; round < 3; round += 1) {
    const both = [
      start(join(root, 'cli.js'), 'rollback', '--confirm', database, '--retry', '20'),
      start(join(root, 'tests/tools/run.mjs'), 'prisma-7', cwd, 'migrate', 'deploy'),
      start(join(root, 'cli.js'), 'rollback', '--confirm', database, '--retry', '20'),
    ].map(ended)
    const codes = await Promise.all(both)
    assert.ok(codes.every((code) => code !== null), `${codes}`)
    const applied = (await query(url, 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1')).flat()
    assert.deepEqual(applied, Object.keys(MIGRATIONS).slice(0, applied.length), 'a linear history')
    const tables = (await query(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name ~ '^t\\d' ORDER BY 1")).flat()
    assert.deepEqual(tables, applied.map((_, at) => `t${at + 1}`), 'and the database holds just that')
    ran('prisma-7', cwd, url, 'migrate', 'deploy')
    assert.deepEqual(await query(url, LOCKS), [['0']])
  }
  // Killed while it waits for a table that somebody reads.
  const reading = script(url, 'BEGIN; LOCK TABLE t3 IN ACCESS SHARE MODE; SELECT pg_sleep(4); COMMIT')
  while ((await query(url, "SELECT count(*)::text FROM pg_locks WHERE relation = 't3'::regclass AND granted"))[0][0] === '0') await new Promise((wake) => setTimeout(wake, 20))
  const killed = start(join(root, 'cli.js'), 'rollback', '--confirm', database, '--retry', '20')
  while ((await query(url, LOCKS))[0][0] === '0') await new Promise((wake) => setTimeout(wake, 20))
  killed.kill('SIGKILL')
  await ended(killed)
  await reading
  for (let tries = 0; (await query(url, LOCKS))[0][0] !== '0'; tries += 1) {
    assert.ok(tries < 200, 'the lock went with the session')
    await new Promise((wake) => setTimeout(wake, 50))
  }
  assert.match(tool('prisma-7', cwd, url, 'migrate', 'deploy').said, /No pending migrations/)
})
