// A column, an index, a trigger and a policy were made by hand; a generated migration drops what Prisma does not know.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, prisma, query, script } from '../deployed.mjs'

const HAND = `ALTER TABLE "Post" ADD COLUMN "search" tsvector;
CREATE INDEX "Post_search_idx" ON "Post" USING gin ("search") WHERE "body" <> '';
CREATE FUNCTION post_search() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."search" := to_tsvector('english', NEW."body"); RETURN NEW; END $$;
CREATE TRIGGER post_search BEFORE INSERT OR UPDATE ON "Post" FOR EACH ROW EXECUTE FUNCTION post_search();
ALTER TABLE "Post" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "Post" USING (true);
`
const DROPS = `DROP TRIGGER post_search ON "Post";
DROP POLICY own ON "Post";
-- DropIndex
DROP INDEX "Post_search_idx";

-- AlterTable
ALTER TABLE "Post" DROP COLUMN "search";

-- CreateTable
CREATE TABLE "Tag" ("id" INTEGER NOT NULL, CONSTRAINT "Tag_pkey" PRIMARY KEY ("id"));
`

test('S12: it is told before, and all of it comes back', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 's12')
  const init = '20260101000000_init'
  const migrations = {
    [init]: '-- CreateTable\nCREATE TABLE "Post" ("id" INTEGER NOT NULL, "body" TEXT NOT NULL, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));\n',
    '20260102000000_by_hand': HAND,
    '20260103000000_generated': DROPS,
  }
  const shape = `SELECT string_agg(x, chr(10) ORDER BY x) FROM (
    SELECT pg_get_triggerdef(oid) AS x FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'Post'
    UNION ALL SELECT polname || pg_get_expr(polqual, polrelid) FROM pg_policy UNION ALL SELECT relrowsecurity::text FROM pg_class WHERE relname = 'Post'
    UNION ALL SELECT attname || format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"Post"'::regclass AND attnum > 0 AND NOT attisdropped) s`
  const deployed = async (these) => prisma(t, { script: (...texts) => script(url, ...texts) }, these)
  // First without the last, to see what has to come back.
  const { '20260103000000_generated': last, ...first } = migrations
  await deployed(first)
  const before = await query(url, shape)
  await script(url, 'DROP TABLE "Post" CASCADE', 'DROP FUNCTION post_search()', 'DROP TABLE _prisma_migrations')
  const cwd = await deployed(migrations)
  assert.ok(last)
  await script(url, `INSERT INTO "Post" SELECT n, 'body ' || n FROM generate_series(1, 500) n`)
  const checked = JSON.parse(unmigrate(cwd, ['check', '--all', '--json']).out)
  assert.ok(checked.findings.some((one) => one.rule === 'drops-handmade'), JSON.stringify(checked.findings.map((one) => one.rule)))
  const done = unmigrate(cwd, ['rollback', '--url-env', 'APP_URL', '--confirm', database], { env: { APP_URL: url } })
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await query(url, shape), before)
  assert.deepEqual(await query(url, 'SELECT count(*)::text FROM "Post"'), [['500']])
})
