// A value is added to an enum and made the default in one file: PostgreSQL refuses that. In two files it runs; rows take the
// value, and the way back has to say so before it maps anything.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { prisma7, ran, tool } from './tools.mjs'

const INIT = `CREATE TYPE "role" AS ENUM ('A', 'B');
CREATE TABLE "r" ("id" INTEGER NOT NULL, "role" "role" NOT NULL DEFAULT 'A', "roles" "role"[], CONSTRAINT "r_pkey" PRIMARY KEY ("id"));
CREATE INDEX "r_b" ON "r" ("id") WHERE "role" = 'B';
CREATE VIEW "bs" AS SELECT "id" FROM "r" WHERE "role" = 'B';
`
const ADD = `ALTER TYPE "role" ADD VALUE 'C';\n`
const DEFAULT = `ALTER TABLE "r" ALTER COLUMN "role" SET DEFAULT 'C';\n`

test('S13: refused in one file, as check says; in two it runs, and goes back once no row has the value', async (t) => {
  const { url, database } = await emptied(t, 'postgres', 's13')
  const one = project(t, prisma7({ '20260101000000_init': INIT, '20260102000000_grow': ADD + DEFAULT }))
  const checked = unmigrate(one, ['check', '--all', '--json'])
  assert.equal(checked.code, 1)
  assert.ok(JSON.parse(checked.out).findings.some((found) => found.rule === 'enum-value-used' && found.severity === 'error'), checked.out)
  const failed = tool('prisma-7', one, url, 'migrate', 'deploy')
  assert.notEqual(failed.code, 0)
  assert.match(failed.said, /55P04|unsafe use of new value/)
  // What it left: all of the file was one transaction, so that only the row is to be mended.
  const mended = unmigrate(one, ['doctor', '--fix', 'tracking', '--confirm', database], { env: { DATABASE_URL: url, UNMIGRATE_SCRATCH_URL: url.replace(/\/[^/]*$/, '/postgres') } })
  assert.equal(mended.code, 0, mended.err)
  rmSync(join(one, 'prisma/migrations/20260102000000_grow'), { recursive: true })
  const cwd = project(t, prisma7({ '20260101000000_init': INIT, '20260102000000_grow': ADD, '20260103000000_default': DEFAULT }))
  ran('prisma-7', cwd, url, 'migrate', 'deploy')
  await script(url, `INSERT INTO r VALUES (1, 'A', '{A}'), (2, 'C', '{B}'), (4, 'B', '{A,C}')`, 'INSERT INTO r (id) VALUES (3)')
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  const run = (...args) => unmigrate(cwd, ['rollback', '--steps', '2', ...args], { env: { DATABASE_URL: url } })
  const refused = run('--confirm', database)
  assert.equal(refused.code, 1, refused.out)
  assert.match(refused.err, /error\[rows-forbid\].*\b[23]\b/)
  assert.deepEqual(await query(url, "SELECT count(*)::text FROM r WHERE role = 'C'"), [['2']], 'nothing was mapped in silence')
  await script(url, "UPDATE r SET role = 'A' WHERE role = 'C'", "UPDATE r SET roles = array_replace(roles, 'C', 'A')")
  const done = run('--confirm', database)
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await query(url, 'SELECT string_agg(enumlabel, \',\' ORDER BY enumsortorder) FROM pg_enum'), [['A,B']])
  assert.deepEqual(await query(url, "SELECT column_default FROM information_schema.columns WHERE table_name = 'r' AND column_name = 'role'"), [["'A'::role"]])
  assert.deepEqual(await query(url, 'SELECT id FROM bs'), [['4']], 'what reads it is there again')
  assert.deepEqual(await query(url, "SELECT count(*)::text FROM pg_indexes WHERE indexname = 'r_b'"), [['1']])
  assert.match(ran('prisma-7', cwd, url, 'migrate', 'deploy'), /20260102000000_grow/)
})
