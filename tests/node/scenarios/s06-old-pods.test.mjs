// A release no longer uses a column, its declaration is still in it, and the next migration drops the column: the pods of that
// release break on statements that they were never told to make. And how far back the code can be rolled from there.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { drizzle0 } from './tools.mjs'

const CREATE = 'CREATE TABLE "hosts" ("id" integer PRIMARY KEY NOT NULL, "name" text NOT NULL, "client_product" text DEFAULT \'none\');\n'
const DROP = 'ALTER TABLE "hosts" DROP COLUMN "client_product";\n'

/** drizzle-kit's snapshot of the table, with or without the column. */
const snapshot = (id, prevId, declared) => {
  const column = (name, type, more) => [name, { name, type, primaryKey: false, notNull: true, ...more }]
  const columns = [column('id', 'integer', { primaryKey: true }), column('name', 'text', {})]
  if (declared) columns.push(column('client_product', 'text', { notNull: false, default: "'none'" }))
  const table = { name: 'hosts', schema: '', columns: Object.fromEntries(columns), indexes: {}, foreignKeys: {}, compositePrimaryKeys: {}, uniqueConstraints: {}, policies: {}, checkConstraints: {}, isRLSEnabled: false }
  return JSON.stringify({ id, prevId, version: '7', dialect: 'postgresql', tables: { 'public.hosts': table }, enums: {}, schemas: {}, sequences: {}, roles: {}, policies: {}, views: {}, _meta: { columns: {}, schemas: {}, tables: {} } })
}
const FIRST = '11111111-1111-4111-8111-111111111111'
const SECOND = '22222222-2222-4222-8222-222222222222'
const NONE = '00000000-0000-0000-0000-000000000000'

/** What the build of the old release sends, as vm0 measured it of Drizzle and `npm run clients` of Prisma. */
const SENT = {
  drizzle: {
    insert: `insert into "hosts" ("id", "name", "client_product") values (3, 'c', default)`,
    select: 'select "id", "name", "client_product" from "hosts"',
    returning: `update "hosts" set "name" = 'x' where "id" = 1 returning "id", "name", "client_product"`,
  },
  prisma: {
    insert: `INSERT INTO "hosts" ("id", "name") VALUES (3, 'c') RETURNING "hosts"."id", "hosts"."name", "hosts"."client_product"`,
    select: 'SELECT "id", "name", "client_product" FROM "hosts"',
    returning: `UPDATE "hosts" SET "name" = 'x' WHERE "id" = 1 RETURNING "id", "name", "client_product"`,
  },
}

const write = (cwd, files) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
}

const model = (declared) => `datasource db {\n  provider = "postgresql"\n}\nmodel hosts {\n  id Int @id\n  name String\n${declared ? '  client_product String? @default("none")\n' : ''}}\n`

const TOOLS = {
  drizzle: {
    start: () => ({ ...drizzle0({ '0000_init': [100, CREATE] }, 'postgresql'), 'drizzle/meta/0000_snapshot.json': snapshot(FIRST, NONE, true) }),
    // A migration without SQL: the snapshot is what is declared.
    undeclared: () => {
      const files = drizzle0({ '0000_init': [100, CREATE], '0001_undeclared': [200, '-- the column stays for now\n'] }, 'postgresql')
      return { ...files, 'drizzle/meta/0001_snapshot.json': snapshot(SECOND, FIRST, false) }
    },
    drop: (before) => {
      const all = { '0000_init': [100, CREATE], ...(before ? { '0001_undeclared': [200, '-- the column stays for now\n'] } : {}), '0002_drop': [300, DROP] }
      return { ...drizzle0(all, 'postgresql'), 'drizzle/meta/0002_snapshot.json': snapshot('33333333-3333-4333-8333-333333333333', before ? SECOND : FIRST, false) }
    },
    migration: '0002_drop',
  },
  prisma: {
    start: () => ({ 'prisma/schema.prisma': model(true), 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20260101000000_init/migration.sql': CREATE }),
    undeclared: () => ({ 'prisma/schema.prisma': model(false) }),
    drop: () => ({ 'prisma/schema.prisma': model(false), 'prisma/migrations/20260103000000_drop/migration.sql': DROP }),
    migration: '20260103000000_drop',
  },
}

for (const [tool, { start, undeclared, drop, migration }] of Object.entries(TOOLS)) {
  test(`S6 with ${tool}: what the old release sends breaks as it was said, and a release without the declaration does not`, async (t) => {
    const { url } = await emptied(t, 'postgres', `s06_${tool}`)
    const cwd = project(t, start())
    const git = (...args) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd, encoding: 'utf8' })
    const commit = (message, tag) => {
      git('add', '.')
      git('commit', '--quiet', '-m', message)
      git('tag', tag)
      return git('rev-parse', 'HEAD').trim()
    }
    git('init', '--quiet', '--initial-branch=main')
    commit('the column is not used any more, and still declared', 'v1')
    // Straight to the drop: the release that runs declares it.
    write(cwd, drop(false))
    const told = unmigrate(cwd, ['compat', '--app', 'v1', '--json'])
    assert.equal(told.code, 1, told.err)
    const [{ breaks }] = JSON.parse(told.out).histories
    assert.equal(breaks[0].migration, migration)
    assert.equal(breaks[0].column, 'client_product')
    for (const operation of ['select', 'insert']) assert.ok(breaks.some((one) => one.operations.includes(operation)), told.out)
    // And so it is.
    await script(url, CREATE, "INSERT INTO hosts VALUES (1, 'a', 'x'), (2, 'b', 'y')")
    for (const sql of Object.values(SENT[tool])) await script(url, `BEGIN; ${sql}; ROLLBACK`)
    await script(url, DROP)
    for (const [what, sql] of Object.entries(SENT[tool])) await assert.rejects(query(url, sql), /client_product/, what)
    // With a release in between that does not declare it, the floor is that release.
    git('stash', '--quiet', '--include-untracked')
    write(cwd, undeclared())
    const floor = commit('no declaration any more', 'v2')
    write(cwd, drop(true))
    commit('the column goes', 'v3')
    const fine = unmigrate(cwd, ['compat', '--app', 'v2', '--json'])
    assert.equal(fine.code, 0, fine.out + fine.err)
    const [history] = JSON.parse(fine.out).histories
    assert.equal(history.verdict, 'works', fine.out)
    assert.ok(history.floor && floor.startsWith(history.floor.commit), `${JSON.stringify(history.floor)} and not ${floor}`)
    assert.equal(unmigrate(cwd, ['compat', '--app', 'v1']).code, 1, 'further back it breaks')
  })
}
