// `doctor` from end to end: the command line and the function, on SQLite and PostgreSQL.
import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { doctor } from '../../index.js'
import { unmigrate } from './cli.mjs'
import { emptied, prisma, script } from './deployed.mjs'
import { root } from './projects.mjs'

/** A project that finds the packages of this checkout: PGlite, to compare with. */
async function deployed(t, session) {
  const cwd = await prisma(t, session, MIGRATIONS)
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction')
  return cwd
}

const MIGRATIONS = {
  '20260101000000_init': 'CREATE TABLE "users" ("id" INTEGER NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
  '20260102000000_more': 'ALTER TABLE "users" ADD COLUMN "bio" TEXT;\nCREATE INDEX "users_bio" ON "users" ("bio");\n',
}
const LAST = '20260102000000_more'
const BROKEN = [
  'DROP INDEX users_bio',
  `UPDATE _prisma_migrations SET finished_at = NULL, logs = 'it stopped' WHERE migration_name = '${LAST}'`,
]

test('a migration that stopped halfway, on the command line', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 'doctor')
  const cwd = await deployed(t, { script: (...texts) => script(url, ...texts) })
  const run = (...args) => unmigrate(cwd, ['doctor', '--url-env', 'APP_URL', ...args], { env: { APP_URL: url } })
  // Nothing to compare with, and nothing is claimed that was not seen.
  const well = run()
  assert.equal(well.code, 0, well.err)
  assert.match(well.out, new RegExp(`^doctor on ${database} +PostgreSQL `))
  assert.match(well.out, /well: nothing is wrong/)

  await script(url, ...BROKEN)
  const looked = run()
  assert.equal(looked.code, 1, looked.err)
  assert.match(looked.out, /compared with PGlite/)
  assert.match(looked.out, /happened +ALTER TABLE "users" ADD COLUMN "bio" TEXT/)
  assert.match(looked.out, /missing +CREATE INDEX "users_bio"/)
  assert.match(looked.out, /error\[half-applied\].*1 of the 2 statements/)
  assert.match(looked.out, /The tool noted: it stopped/)

  const dry = run('--fix', 'undo', '--dry-run')
  assert.equal(dry.code, 0, dry.err)
  assert.match(dry.out, /DROP COLUMN "bio"/)
  assert.match(dry.err, new RegExp(`unmigrate doctor --fix undo --url-env APP_URL --confirm ${database}`))
  const nobody = run('--fix', 'forward')
  assert.equal(nobody.code, 1)
  assert.match(nobody.err, /^error\[unconfirmed\]/)
  const done = run('--fix', 'forward', '--confirm', database)
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /mended: \d+ statements/)
  assert.equal(run().code, 0)
  const json = JSON.parse(run('--json').out)
  assert.deepEqual([json.version, json.findings, json.half], [1, [], []])
  assert.equal(run('--fix', 'nonsense').code, 2)
})

test('the same by the function, with a driver of the caller', async (t) => {
  const db = new PGlite()
  t.after(() => db.close())
  const cwd = await deployed(t, { script: async (...texts) => { for (const sql of texts) await db.exec(sql) } })
  for (const sql of BROKEN) await db.exec(sql)
  const report = await doctor({ cwd, driver: db })
  assert.deepEqual(report.findings.map((one) => [one.code, one.fixes]), [['half-applied', ['forward', 'undo']]])
  assert.deepEqual(report.half[0].statements.map((one) => one.effect), ['happened', 'missing'])
  assert.match(report.half[0].comparedWith, /PGlite/)
  await assert.rejects(doctor({ cwd, driver: db, fix: 'undo' }), { code: 'unconfirmed' })
  await assert.rejects(doctor({ cwd, driver: db, fix: 'files' }), { code: 'nothing-to-mend' })
  await assert.rejects(doctor({ cwd, driver: db, fix: 'everything' }), { code: 'invalid-option' })
  const mended = await doctor({ cwd, driver: db, fix: 'undo', confirm: report.target.database })
  assert.equal(mended.outcome.state, 'done', JSON.stringify(mended.problems))
  const { rows } = await db.query("SELECT column_name FROM information_schema.columns WHERE table_name = 'users' ORDER BY 1")
  assert.deepEqual(rows.map((row) => row.column_name), ['email', 'id'])
  const left = await db.query('SELECT migration_name FROM _prisma_migrations')
  assert.deepEqual(left.rows.map((row) => row.migration_name), ['20260101000000_init'])
})
