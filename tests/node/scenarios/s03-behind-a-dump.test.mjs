// A dump holds ACCESS SHARE on a hot table for as long as it takes, fifty readers a second come by, and a rollback wants to drop
// a column: nobody stands in line behind it, it names who is in the way, and it can be tried again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, prisma, query, script } from '../deployed.mjs'

const LAST = '20260102000000_add_bio'
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms))

/** Reads every 100 ms, each read in a transaction of its own, until there is a row in `over`; then says how long the longest took. */
const READER = `DO $$ DECLARE began timestamptz; longest interval := '0'; reads int := 0; BEGIN
  WHILE NOT EXISTS (SELECT FROM over) LOOP
    COMMIT; began := clock_timestamp();
    PERFORM count(*) FROM user_profiles;
    longest := greatest(longest, clock_timestamp() - began); reads := reads + 1;
    COMMIT; PERFORM pg_sleep(0.1);
  END LOOP;
  INSERT INTO waits VALUES (reads, extract(epoch FROM longest) * 1000);
END $$`

test('S3: readers go on behind a rollback that waits for a dump, the dump is named, nothing is changed', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 's03')
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, {
    '20260101000000_init': 'CREATE TABLE "user_profiles" ("id" INTEGER NOT NULL, CONSTRAINT "user_profiles_pkey" PRIMARY KEY ("id"));\n',
    [LAST]: 'ALTER TABLE "user_profiles" ADD COLUMN "bio" TEXT;\n',
  })
  await script(url, `INSERT INTO user_profiles SELECT n, 'bio ' || n FROM generate_series(1, 1000) n`, 'CREATE TABLE over (x int)', 'CREATE TABLE waits (reads int, longest numeric)')
  const run = (...args) => unmigrate(cwd, ['rollback', '--no-archive', ...args, '--url-env', 'APP_URL'], { env: { APP_URL: url } })
  const dump = script(`${url}?application_name=pg_dump`, "SET application_name = 'pg_dump'", 'BEGIN; LOCK TABLE user_profiles IN ACCESS SHARE MODE; DO $$ BEGIN FOR n IN 1..600 LOOP EXIT WHEN EXISTS (SELECT FROM over); PERFORM pg_sleep(0.1); END LOOP; END $$; COMMIT')
  while ((await query(url, "SELECT count(*)::text FROM pg_locks WHERE relation = 'user_profiles'::regclass AND granted"))[0][0] === '0') await sleep(20)
  const readers = [1, 2, 3, 4, 5].map(() => script(url, READER))
  await sleep(500)
  const refused = run('--confirm', database, '--retry', '4')
  assert.notEqual(refused.code, 0, refused.out)
  assert.match(refused.err, /error\[locked\]/)
  assert.match(refused.err, /held by pg_dump \(pid \d+, .*for \d+ s: /, 'who, since when, with what')
  assert.match(refused.err, /run it again/)
  await script(url, 'INSERT INTO over VALUES (1)')
  await Promise.all([dump, ...readers])
  const waits = await query(url, 'SELECT sum(reads)::text, max(longest)::text FROM waits')
  const [reads, longest] = waits[0].map(Number)
  assert.ok(reads >= 50, `${reads} reads`)
  assert.ok(longest < 1000, `the longest of ${reads} reads took ${longest} ms`)
  assert.deepEqual(await query(url, 'SELECT count(bio)::text FROM user_profiles'), [['1000']], 'nothing was changed')
  assert.deepEqual(await query(url, 'SELECT count(*)::text FROM _prisma_migrations'), [['2']])
  await script(url, 'DROP TABLE over', 'DROP TABLE waits')
  const done = run('--confirm', database)
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await query(url, 'SELECT count(*)::text FROM _prisma_migrations'), [['1']])
})
