// MySQL: the first of three statements is committed, the second fails on rows that are there twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, prisma, query, script } from '../deployed.mjs'

const LAST = '20260102000000_signup'
const SECOND = {
  '20260101000000_init': 'CREATE TABLE `Users` (`id` INTEGER NOT NULL, `email` VARCHAR(100) NOT NULL, `birthDate` DATE NULL, PRIMARY KEY (`id`));\n',
  [LAST]: 'ALTER TABLE `Users` DROP COLUMN `birthDate`;\nALTER TABLE `Users` ADD UNIQUE INDEX `Users_email_key`(`email`);\nALTER TABLE `Users` ADD COLUMN `signup_date` DATE NULL;\n',
}

async function stopped(t, name) {
  const { url, database } = await emptied(t, 'mysql', name)
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, SECOND, 'mysql')
  // As a deploy leaves it that stopped at the second statement.
  await script(url,
    'ALTER TABLE `Users` DROP COLUMN `signup_date`', 'ALTER TABLE `Users` DROP INDEX `Users_email_key`',
    "INSERT INTO `Users` VALUES (1, 'a'), (2, 'a')",
    `UPDATE _prisma_migrations SET finished_at = NULL, logs = 'Duplicate entry' WHERE migration_name = '${LAST}'`)
  const server = new URL(url)
  server.pathname = ''
  const run = (...args) => unmigrate(cwd, [...args, '--url-env', 'APP_URL'], { env: { APP_URL: url, UNMIGRATE_SCRATCH_URL: String(server) } })
  const columns = async () => (await query(url, "SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name = 'Users' ORDER BY ordinal_position")).flat()
  const rows = async () => (await query(url, 'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1')).flat()
  return { url, database, run, columns, rows }
}

test('S5: one of three, and forward', async (t) => {
  const it = await stopped(t, 's05')
  const looked = it.run('doctor')
  assert.equal(looked.code, 1, looked.err)
  assert.match(looked.out, /1 of the 3 statements/)
  assert.match(looked.out, /compared with MariaDB/)
  // The cause is still there: it stops, the database is exactly continuable, and it says so.
  const again = it.run('doctor', '--fix', 'forward', '--confirm', it.database)
  assert.notEqual(again.code, 0)
  assert.match(again.err, /Duplicate entry/)
  assert.deepEqual(await it.columns(), ['id', 'email'])
  await script(it.url, 'DELETE FROM `Users` WHERE id = 2')
  const done = it.run('doctor', '--fix', 'forward', '--confirm', it.database)
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await it.columns(), ['id', 'email', 'signup_date'])
  assert.deepEqual(await it.rows(), ['20260101000000_init', LAST])
  assert.equal(it.run('doctor').code, 0)
})

test('S5: one of three, and back', async (t) => {
  const it = await stopped(t, 's05b')
  const dry = it.run('doctor', '--fix', 'undo', '--dry-run')
  assert.equal(dry.code, 0, dry.err)
  assert.match(dry.out, /gone +Users\.birthDate/, 'the dates are gone, and it says so')
  const done = it.run('doctor', '--fix', 'undo', '--confirm', it.database)
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await it.columns(), ['id', 'email', 'birthDate'])
  assert.deepEqual(await it.rows(), ['20260101000000_init'])
  assert.deepEqual(await query(it.url, 'SELECT count(*) FROM `Users`'), [['2']])
  assert.equal(it.run('doctor').code, 0)
})
