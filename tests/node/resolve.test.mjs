// `resolve`, `status` beside a database, `deploy` and `archive` from end to end: the command line and the functions.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { archive, deploy, resolve, rollback, status } from '../../index.js'
import { unmigrate } from './cli.mjs'
import { drizzle, emptied, prisma, query, script } from './deployed.mjs'

const INIT = 'CREATE TABLE "users" ("id" INTEGER NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n'
const BIO = 'ALTER TABLE "users" ADD COLUMN "bio" TEXT;\n'

/** A deployed first migration, and a second that nobody has run. */
async function halfway(t) {
  const { url, database } = await emptied(t, 'postgres', 'resolve')
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, { '20260101000000_init': INIT })
  mkdirSync(join(cwd, 'prisma/migrations/20260102000000_bio'))
  writeFileSync(join(cwd, 'prisma/migrations/20260102000000_bio/migration.sql'), BIO)
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  return { cwd, url, database }
}

test('what ran by hand is recorded, what did not is refused', async (t) => {
  const { cwd, url, database } = await halfway(t)
  const run = (...args) => unmigrate(cwd, [...args, '--url-env', 'APP_URL'], { env: { APP_URL: url } })
  const tracked = async () => (await query(url, 'SELECT migration_name FROM _prisma_migrations ORDER BY 1')).flat()

  const pending = run('status')
  assert.equal(pending.code, 0, pending.err)
  assert.match(pending.out, new RegExp(`on ${database} `))
  assert.match(pending.out, /1 applied, 1 pending/)
  assert.match(pending.out, /pending +20260102000000_bio/)
  assert.doesNotMatch(unmigrate(cwd, ['status']).out, /pending/, 'without a flag no database is asked')

  const refused = run('resolve', '--applied', '20260102000000_bio')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /^error\[not-held\]/)
  assert.match(refused.err, /column users\.bio is missing/)
  assert.deepEqual(await tracked(), ['20260101000000_init'])

  await script(url, BIO)
  const looked = run('resolve', '--all', '--dry-run')
  assert.equal(looked.code, 0, looked.err)
  assert.match(looked.out, /applied +20260102000000_bio +1 object as it leaves them/)
  assert.match(looked.out, /dry run: nothing was recorded/)
  const done = run('resolve', '--all')
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /recorded 20260102000000_bio/)
  const again = run('resolve', '--all')
  assert.equal(again.code, 0, again.err)
  assert.match(again.out, /all of it is recorded already/)
  assert.deepEqual(await tracked(), ['20260101000000_init', '20260102000000_bio'])

  const json = JSON.parse(run('status', '--json').out)
  assert.deepEqual(json.histories[0].migrations.map((m) => [m.applied, m.standing]), [[true, 'applied'], [true, 'marked']])
  const report = await status({ cwd, url })
  assert.deepEqual(report.histories, json.histories)
})

test('a password is said nowhere', async (t) => {
  const { cwd } = await halfway(t)
  const url = 'postgres://me:canary-9@127.0.0.1:1/app'
  for (const args of [['resolve', '--all'], ['status'], ['archive', 'list'], ['deploy', '--direct'], ['deploy', '--', 'true']]) {
    const line = args.includes('--') ? ['deploy', '--url', url, '--', 'true'] : [...args, '--url', url]
    const { out, err, code } = unmigrate(cwd, line)
    assert.doesNotMatch(out + err, /canary-9/, args.join(' '))
    assert.notEqual(code, 0)
  }
  await assert.rejects(resolve({ cwd, url, all: true }), (error) => error.code === 'unreachable' && !String(error).includes('canary'))
})

test('deployed with a copy, rolled back with it, listed and dropped', async (t) => {
  const made = await drizzle(t, {
    '0000_init': 'CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL, `email` text, `bio` text);',
  })
  const { cwd, url } = made
  await script(url, "INSERT INTO users VALUES (1, 'ada@example.com', 'wrote it'), (2, 'alan@example.com', NULL)")
  const entries = ['0000_init', '0001_drop_bio'].map((tag, idx) => ({ idx, version: '6', when: 1770000000000 + idx, tag, breakpoints: true }))
  writeFileSync(join(cwd, 'drizzle/meta/_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries }))
  writeFileSync(join(cwd, 'drizzle/0001_drop_bio.sql'), 'ALTER TABLE `users` DROP COLUMN `bio`;')
  assert.equal(unmigrate(cwd, ['generate']).code, 0)

  const looked = unmigrate(cwd, ['deploy', '--direct', '--dry-run', '--url', url])
  assert.match(looked.out, /0001_drop_bio/)
  assert.match(looked.out, /keeps +users\.bio: 2 rows/)
  const done = unmigrate(cwd, ['deploy', '--direct', '--url', url])
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /deployed 0001_drop_bio/)
  const listed = unmigrate(cwd, ['archive', 'list', '--url', url])
  assert.match(listed.out, /users.*: bio\n +2 rows.* old, of 0001_drop_bio/)
  assert.deepEqual((await query(url, "SELECT name FROM pragma_table_info('users')")).flat(), ['id', 'email'])

  const back = await rollback({ cwd, url, confirm: 'app.db' })
  assert.deepEqual(back.outcome.done, ['0001_drop_bio'])
  assert.deepEqual(back.problems.map((p) => p.code), ['put-back'])
  assert.deepEqual(await query(url, 'SELECT id, bio FROM users ORDER BY id'), [['1', 'wrote it'], ['2', null]])

  const kept = await archive({ cwd, url })
  assert.equal(kept.entries.length, 1)
  assert.equal(typeof kept.entries[0].restored, 'string')
  await assert.rejects(archive({ cwd, url, action: 'drop', all: true }), { code: 'unconfirmed' })
  const dropped = await archive({ cwd, url, action: 'drop', all: true, confirm: 'app.db' })
  assert.equal(dropped.entries[0].dropped, true)
  assert.match(unmigrate(cwd, ['archive', 'list', '--url', url]).out, /nothing is kept/)

  const forth = await deploy({ cwd, url, direct: true })
  assert.deepEqual([forth.outcome.state, forth.outcome.done], ['done', ['0001_drop_bio']])
})

test('on a session of the caller: PGlite', async (t) => {
  const db = new PGlite()
  t.after(() => db.close())
  const session = { script: async (...texts) => { for (const text of texts) await db.exec(text) } }
  const cwd = await prisma(t, session, { '20260101000000_init': INIT })
  await db.exec('DELETE FROM _prisma_migrations')
  await assert.rejects(resolve({ cwd, driver: db, baseline: true }), { code: 'unconfirmed' })
  const planned = await resolve({ cwd, driver: db, baseline: true, dryRun: true })
  assert.equal(planned.outcome.state, 'planned')
  const confirm = planned.target.database
  const done = await resolve({ cwd, driver: db, baseline: true, confirm })
  assert.deepEqual([done.outcome.done, done.plan.way], [['20260101000000_init'], 'direct'])
  const { histories } = await status({ cwd, driver: db })
  assert.equal(histories[0].migrations[0].standing, 'marked')
  await assert.rejects(resolve({ cwd, driver: db, url: 'postgres://x', all: true }), { code: 'invalid-option' })
  await assert.rejects(resolve({ cwd, driver: db, all: true, aplied: [] }), { code: 'invalid-option' })
})
