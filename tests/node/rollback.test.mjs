// `rollback` from end to end: a deployed project, the command line and the function, on SQLite and PostgreSQL.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { createClient } from '@libsql/client'
import { rollback } from '../../index.js'
import { unmigrate } from './cli.mjs'
import { drizzle, emptied, prisma, query, script } from './deployed.mjs'

const ROWS = "INSERT INTO users (id, email, bio) VALUES (1, 'ada@example.com', 'wrote it'), (2, 'alan@example.com', 'read it')"

const BIO = {
  '20260101000000_init': 'CREATE TABLE "users" ("id" INTEGER NOT NULL, "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
  '20260102000000_add_bio': 'ALTER TABLE "users" ADD COLUMN "bio" TEXT;\n',
}

async function sqlite(t) {
  const project = await drizzle(t, {
    '0000_init': 'CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL, `email` text NOT NULL);',
    '0001_add_bio': 'ALTER TABLE `users` ADD `bio` text;',
  })
  await script(project.url, ROWS)
  const tracked = async () => (await query(project.url, 'SELECT created_at FROM __drizzle_migrations ORDER BY 1')).flat()
  const columns = async () => (await query(project.url, "SELECT name FROM pragma_table_info('users') ORDER BY 1")).flat()
  const before = [['1770000000000', '1770000000001'], ['bio', 'email', 'id']]
  const after = [['1770000000000'], ['email', 'id']]
  return { ...project, database: 'app.db', last: '0001_add_bio', tracked, columns, before, after }
}

async function postgresql(t) {
  const { url, database } = await emptied(t, 'postgres', 'rollback')
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, BIO)
  await script(url, ROWS)
  const tracked = async () => (await query(url, 'SELECT migration_name FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY 1')).flat()
  const columns = async () => (await query(url, "SELECT column_name FROM information_schema.columns WHERE table_name = 'users' AND table_schema = 'public' ORDER BY 1")).flat()
  const before = [['20260101000000_init', '20260102000000_add_bio'], ['bio', 'email', 'id']]
  const after = [['20260101000000_init'], ['email', 'id']]
  return { cwd, url, database, last: '20260102000000_add_bio', tracked, columns, before, after }
}

for (const [engine, deployed] of Object.entries({ SQLite: sqlite, PostgreSQL: postgresql })) {
  test(`${engine}: looked at, refused, done`, async (t) => {
    const it = await deployed(t)
    const run = (...args) => unmigrate(it.cwd, ['rollback', '--url-env', 'APP_URL', ...args], { env: { APP_URL: it.url } })
    const state = async () => [await it.tracked(), await it.columns()]
    assert.deepEqual(await state(), it.before)

    const looked = run('--dry-run')
    assert.equal(looked.code, 0, looked.err)
    assert.match(looked.out, new RegExp(`^rollback on ${it.database} +${engine} `))
    assert.match(looked.out, /discards +users\.bio \(2\)/)
    assert.match(looked.out, /DROP COLUMN/)
    assert.match(looked.out, /dry run: nothing was run/)
    assert.match(looked.err, new RegExp(`unmigrate rollback --url-env APP_URL --confirm ${it.database}`))
    assert.deepEqual(await state(), it.before, 'a dry run changes nothing')

    const nobody = run()
    assert.equal(nobody.code, 2, 'nobody is there to say yes')
    assert.equal(nobody.out, '')
    assert.match(nobody.err, /^error\[unconfirmed\]/)
    assert.match(nobody.err, new RegExp(`unmigrate rollback --url-env APP_URL --confirm ${it.database}`))
    const other = run('--confirm', 'another')
    assert.equal(other.code, 2)
    assert.match(other.err, /^error\[wrong-name\]/)
    assert.deepEqual(await state(), it.before, 'a refusal changes nothing')

    const done = run('--archive', '--confirm', it.database)
    assert.equal(done.code, 0, done.err)
    assert.match(done.out, /keeps +users\.bio: 2 rows/)
    assert.match(done.out, new RegExp(`undone ${it.last}`))
    assert.match(done.out, /kept \S+/)
    assert.deepEqual(await state(), it.after)

    const again = run('--to', it.last, '--confirm', it.database)
    assert.equal(again.code, 2, 'what is not applied is not there to be named')
    assert.match(again.err, /^error\[/)
    assert.deepEqual(await state(), it.after)
  })

  test(`${engine}: a plan in a file, and the JSON`, async (t) => {
    const it = await deployed(t)
    const run = (...args) => unmigrate(it.cwd, ['rollback', ...args, '--url-env', 'APP_URL'], { env: { APP_URL: it.url } })

    const planned = run('--out', 'plan.json')
    assert.equal(planned.code, 0, planned.err)
    assert.match(planned.out, /written the plan, in plan\.json/)
    assert.match(planned.err, new RegExp(`unmigrate rollback plan\\.json --url-env APP_URL --confirm ${it.database}`))
    const text = readFileSync(join(it.cwd, 'plan.json'), 'utf8')
    assert.deepEqual(await it.columns(), it.before[1])

    writeFileSync(join(it.cwd, 'edited.json'), text.replace('DROP COLUMN', 'DROP  COLUMN'))
    const edited = run('edited.json', '--confirm', it.database)
    assert.equal(edited.code, 2)
    assert.match(edited.err, /error\[no-plan\].*edited/)
    const both = run('plan.json', it.last)
    assert.equal(both.code, 2)
    assert.match(both.err, /error\[invalid-option\]/)

    await script(it.url, 'CREATE TABLE later (id integer)')
    const moved = run('plan.json', '--confirm', it.database)
    assert.equal(moved.code, 1, moved.out)
    assert.match(moved.err, /error\[plan-moved\]/)
    assert.deepEqual(await it.columns(), it.before[1])
    await script(it.url, 'DROP TABLE later')

    const done = run('plan.json', '--json', '--confirm', it.database)
    assert.equal(done.code, 0, done.out)
    assert.equal(done.err, '', 'nothing is said beside JSON')
    const report = JSON.parse(done.out)
    assert.equal(report.version, 1)
    assert.equal(report.outcome.state, 'done')
    assert.deepEqual(report.outcome.done, [it.last])
    assert.equal(report.target.database, it.database)
    assert.deepEqual([await it.tracked(), await it.columns()], it.after)
  })
}

test('somebody holds the lock: named while it is waited for', async (t) => {
  const it = await postgresql(t)
  const run = (...args) => unmigrate(it.cwd, ['rollback', '--url', it.url, '--confirm', it.database, ...args])
  const holding = script(it.url, 'BEGIN; LOCK TABLE users IN ACCESS SHARE MODE; SELECT pg_sleep(6); COMMIT')
  const held = "SELECT count(*) FROM pg_locks WHERE relation = 'users'::regclass AND mode = 'AccessShareLock' AND granted"
  while ((await query(it.url, held))[0][0] === '0') await new Promise((wake) => setTimeout(wake, 20))

  const given = run('--lock-timeout', '100', '--retry', '1')
  assert.equal(given.code, 1, given.err)
  assert.match(given.err, /waiting for the lock of ALTER TABLE "users" DROP COLUMN "bio"  next try in \d\.\d s\n +held by .*\(pid \d+.*LOCK TABLE users/)
  assert.match(given.err, /error\[locked\].*held by .*LOCK TABLE users/)
  assert.deepEqual([await it.tracked(), await it.columns()], it.before)

  const done = run('--lock-timeout', '100', '--retry', '60')
  assert.equal(done.code, 0, done.err)
  assert.match(done.err, /held by /)
  assert.deepEqual([await it.tracked(), await it.columns()], it.after)
  await holding
})

test('what verify has proven is verified, until a file changes', async (t) => {
  const it = await sqlite(t)
  const plan = () => unmigrate(it.cwd, ['rollback', '--url', it.url, '--dry-run'])
  assert.match(plan().err, /unmigrate verify 0001_add_bio/)
  assert.equal(unmigrate(it.cwd, ['verify']).code, 0)
  const proven = plan()
  assert.match(proven.out, /lossless +0001_add_bio +verified\n/)
  assert.doesNotMatch(proven.err, /unmigrate verify/)
  const down = join(it.cwd, 'drizzle/0001_add_bio.down.sql')
  writeFileSync(down, `${readFileSync(down, 'utf8')}-- by hand\n`)
  assert.match(plan().out, /lossless +0001_add_bio +not verified +edited\n/)
})

test('MySQL, stopped in the middle: said so, nothing else is begun, and gone on with', async (t) => {
  const { url, database } = await emptied(t, 'mysql', 'rollback')
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, {
    '20260101000000_init': 'CREATE TABLE `users` (`id` INTEGER NOT NULL, `email` TEXT NOT NULL, PRIMARY KEY (`id`));\n',
    '20260102000000_add_bio': 'ALTER TABLE `users` ADD COLUMN `bio` TEXT NULL;\n',
  }, 'mysql')
  // The person's second statement fails, and MySQL has committed the first.
  writeFileSync(join(cwd, 'prisma/migrations/20260102000000_add_bio/down.sql'), 'ALTER TABLE `users` DROP COLUMN `bio`;\nDROP TABLE `later`;\n')
  const run = (...args) => unmigrate(cwd, ['rollback', '--url', url, '--confirm', database, ...args])
  const tracked = () => query(url, 'SELECT migration_name FROM _prisma_migrations ORDER BY 1')

  const stopped = run()
  assert.equal(stopped.code, 2)
  assert.match(stopped.out, /3 statements, outside of any transaction: each stays when the next fails/)
  assert.match(stopped.out, /unfinished: it stopped in the middle/)
  assert.match(stopped.err, /error\[statement-failed\].*statement 2 of 3: DROP TABLE `later`/)
  assert.match(stopped.err, /unmigrate rollback --continue/)
  assert.deepEqual(await tracked(), [['20260101000000_init'], ['20260102000000_add_bio']])

  const other = run('--steps', '1')
  assert.equal(other.code, 1, other.err)
  assert.match(other.err, /error\[unfinished\]/)
  const asked = unmigrate(cwd, ['rollback', '--url', url, '--continue'])
  assert.equal(asked.code, 2)
  assert.match(asked.err, /unmigrate rollback --continue --url '\.\.\.' --confirm/)

  await script(url, 'CREATE TABLE later (id INTEGER)')
  const done = run('--continue')
  assert.equal(done.code, 0, done.err)
  assert.match(done.out, /undone 20260102000000_add_bio/)
  assert.deepEqual(await tracked(), [['20260101000000_init']])
  assert.deepEqual(await query(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'later'"), [])
  const none = run('--continue')
  assert.match(none.err, /error\[nothing-unfinished\]/)
})

test('rows that forbid it: exit 1, and nothing is changed', async (t) => {
  const it = await drizzle(t, {
    '0000_init': 'CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL, `email` text NOT NULL);',
    '0001_drop_email': 'ALTER TABLE `users` DROP COLUMN `email`;',
  })
  await script(it.url, 'INSERT INTO users (id) VALUES (1), (2)')
  const refused = unmigrate(it.cwd, ['rollback', '--url', it.url, '--confirm', 'app.db'])
  assert.equal(refused.code, 1, refused.out + refused.err)
  assert.match(refused.err, /^error\[rows-forbid\].*2 in users\.email/)
  assert.deepEqual(JSON.parse(unmigrate(it.cwd, ['rollback', '--url', it.url, '--json']).out).error.code, 'rows-forbid')
})

test('a password is nowhere in what is said', async (t) => {
  const { cwd } = await drizzle(t, { '0000_init': 'CREATE TABLE `users` (`id` integer PRIMARY KEY NOT NULL);' })
  const url = 'postgresql://me:can%41ry-of-gold@127.0.0.1:1/shop'
  for (const args of [['--url', url], ['--url-env', 'APP_URL'], ['--url-env', url], ['--url', url, '--json']]) {
    const { code, out, err } = unmigrate(cwd, ['rollback', '--dry-run', ...args], { env: { APP_URL: url } })
    assert.equal(code, 2)
    assert.doesNotMatch(out + err, /of-gold/)
  }
})

test('the function: a URL or a driver, and `confirm` as the only answer', async (t) => {
  const it = await sqlite(t)
  const looked = await rollback({ cwd: it.cwd, url: it.url, dryRun: true })
  assert.equal(looked.outcome.state, 'planned')
  assert.deepEqual(looked.plan.migrations.map((m) => [m.name, m.grade, m.verified]), [[it.last, 'lossless', false]])
  assert.equal(looked.plan.migrations[0].notes.find((note) => note.kind === 'discards').count, 2)

  const refused = async (options, code) => assert.rejects(rollback({ cwd: it.cwd, ...options }), (e) => e instanceof Error && e.code === code && e.help !== '')
  await refused({ url: it.url }, 'unconfirmed')
  await refused({ url: it.url, confirm: 'another' }, 'wrong-name')
  await refused({ url: it.url, yes: true }, 'invalid-option')

  await refused({ driver: {} }, 'invalid-option')

  // What can't hold a session is told so, and nothing is run.
  const client = createClient({ url: it.url })
  t.after(() => client.close())
  await refused({ driver: client }, 'unconfirmed')
  await refused({ driver: client, url: it.url }, 'invalid-option')
  const stopped = await rollback({ cwd: it.cwd, driver: client, confirm: 'main' })
  assert.equal(stopped.outcome.state, 'unchanged')
  assert.deepEqual(stopped.problems.filter((p) => p.severity === 'error').map((p) => p.code), ['no-session'])
  assert.deepEqual([await it.tracked(), await it.columns()], it.before)

  const done = await rollback({ cwd: it.cwd, url: it.url, confirm: it.database })
  assert.equal(done.outcome.state, 'done', JSON.stringify(done.problems))
  assert.deepEqual([await it.tracked(), await it.columns()], it.after)
})

test('the function: PGlite as the driver', async (t) => {
  const db = await PGlite.create()
  t.after(() => db.close())
  const session = { script: (...texts) => texts.reduce((before, sql) => before.then(() => db.exec(sql)), Promise.resolve()) }
  const cwd = await prisma(t, session, BIO)
  await session.script(ROWS)
  const audit = join(cwd, 'audit.jsonl')
  await assert.rejects(rollback({ cwd, driver: db }), { code: 'unconfirmed' })
  const done = await rollback({ cwd, driver: db, confirm: 'postgres', audit })
  assert.equal(done.target.class, 'unknown')
  assert.equal(done.outcome.state, 'done', JSON.stringify(done.problems))
  assert.equal(done.outcome.kept.length, 1, 'what is unknown counts as protected, and is kept')
  assert.ok(existsSync(audit))
  assert.deepEqual((await db.query('SELECT migration_name FROM _prisma_migrations')).rows, [{ migration_name: '20260101000000_init' }])
  assert.deepEqual((await db.query('SELECT * FROM users ORDER BY id')).rows[0], { id: 1, email: 'ada@example.com' })
})
