import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { check, compat } from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { project } from './projects.mjs'

const files = {
  'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\nmodel Host {\n  id Int @id\n  client Int @map("client_product")\n  @@map("hosts")\n}\n',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE "hosts" ("id" INTEGER NOT NULL PRIMARY KEY, "client_product" INTEGER NOT NULL);\n',
}

function repository(t) {
  const cwd = project(t, files)
  const git = (...args) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd, stdio: 'pipe' })
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '-m', 'one')
  git('tag', 'v1')
  mkdirSync(join(cwd, 'prisma/migrations/2_gone'))
  writeFileSync(join(cwd, 'prisma/migrations/2_gone/migration.sql'), 'ALTER TABLE "hosts" DROP COLUMN "client_product";\n')
  return cwd
}

test('JavaScript gets what --json prints', async (t) => {
  const cwd = repository(t)
  const report = await compat({ cwd, app: 'v1' })
  const done = unmigrate(cwd, ['compat', '--app', 'v1', '--json'])
  assert.deepEqual(report, JSON.parse(done.out))
  assert.equal(done.code, 1)
  const [{ verdict, breaks }] = report.histories
  assert.equal(verdict, 'breaks')
  assert.deepEqual(breaks[0], {
    migration: '2_gone',
    file: 'prisma/migrations/2_gone/migration.sql',
    table: 'Host',
    column: 'client_product',
    operations: ['select', 'insert', 'update', 'delete'],
    when: 'always',
    message: 'the column `client_product` is gone, and is named by every select and every insert',
    mended: false,
  })
  await assert.rejects(compat({ cwd, app: 'v9' }), { code: 'no-such-commit' })
})

test('for people, and as findings of check', async (t) => {
  const cwd = repository(t)
  const { out } = unmigrate(cwd, ['compat', '--app', 'v1'])
  assert.match(out, /2_gone\n {4}select, insert, update, delete of Host break: the column `client_product` is gone/)
  assert.match(out, /clients built from v1 break after the 1 migration since/)
  const { findings } = await check({ cwd, app: 'v1' })
  assert.ok(findings.some((f) => f.rule === 'breaks-clients' && f.severity === 'error'))
})
