// Three days of traffic after a migration: numbers that no longer fit, a currency that is not the default, rows that never had
// what was dropped. The way back that passed on an empty database is refused, with the numbers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, prisma, query, script } from '../deployed.mjs'

const LAST = '20260102000000_currency'

test('S15: refused with numbers, nothing changed; going forward instead is offered and works', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 's15')
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, {
    '20260101000000_init': 'CREATE TABLE "orders" ("id" INTEGER NOT NULL, "amount" INTEGER NOT NULL, "legacy_code" TEXT NOT NULL, CONSTRAINT "orders_pkey" PRIMARY KEY ("id"));\n',
    [LAST]: 'ALTER TABLE "orders" ALTER COLUMN "amount" SET DATA TYPE BIGINT;\nALTER TABLE "orders" ADD COLUMN "currency" TEXT NOT NULL DEFAULT \'USD\';\nALTER TABLE "orders" DROP COLUMN "legacy_code";\n',
  })
  await script(url, `INSERT INTO orders SELECT n, CASE WHEN n <= 200 THEN 3000000000 ELSE n END, CASE WHEN n BETWEEN 101 AND 1000 THEN 'EUR' ELSE 'USD' END FROM generate_series(1, 1500) n`)
  const all = async () => query(url, 'SELECT count(*)::text, sum(amount)::text, count(*) FILTER (WHERE currency = \'EUR\')::text FROM orders')
  const before = await all()
  const run = (...args) => unmigrate(cwd, [...args, '--url-env', 'APP_URL'], { env: { APP_URL: url } })
  const refused = run('rollback', '--confirm', database)
  assert.equal(refused.code, 1, refused.out)
  assert.match(refused.err, /error\[rows-forbid\].*\b(200|1500)\b/)
  assert.deepEqual(await all(), before)
  assert.deepEqual(await query(url, 'SELECT count(*)::text FROM _prisma_migrations'), [['2']])
  // The way back as a migration holds the same statements; it is proven first, and says what it discards.
  assert.equal(unmigrate(cwd, ['revert', '--dry-run']).code, 1, 'not proven yet')
  const forward = unmigrate(cwd, ['revert', '--dry-run', '--force'])
  assert.equal(forward.code, 0, forward.err)
  assert.match(forward.out, /may refuse +orders/)
})
