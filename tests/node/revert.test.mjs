// `revert` with the real tools: the migration that it writes is deployed by the tool, after which the tool sees no drift.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generate, revert, verify } from '../../index.js'
import { unmigrate } from './cli.mjs'
import { emptied, query } from './deployed.mjs'
import { project, root } from './projects.mjs'

const SCHEMAS = {
  postgresql: [
    `import { pgTable, integer, text } from 'drizzle-orm/pg-core'\n
export const users = pgTable('users', { id: integer().primaryKey(), email: text().notNull() })\n`,
    `import { pgTable, integer, text, index, pgEnum } from 'drizzle-orm/pg-core'\n
export const mood = pgEnum('mood', ['good', 'bad'])
export const users = pgTable('users', { id: integer().primaryKey(), email: text(), bio: text().default('-'), mood: mood() }, (t) => [index('users_bio').on(t.bio)])
export const posts = pgTable('posts', { id: integer().primaryKey(), author: integer().references(() => users.id) })\n`,
  ],
  mysql: [
    `import { mysqlTable, int, varchar } from 'drizzle-orm/mysql-core'\n
export const users = mysqlTable('users', { id: int().primaryKey(), email: varchar({ length: 100 }).notNull() })\n`,
    `import { mysqlTable, int, varchar, index } from 'drizzle-orm/mysql-core'\n
export const users = mysqlTable('users', { id: int().primaryKey(), email: varchar({ length: 200 }), bio: varchar({ length: 50 }) }, (t) => [index('users_bio').on(t.bio)])
export const posts = mysqlTable('posts', { id: int().primaryKey(), title: varchar({ length: 20 }) })\n`,
  ],
  sqlite: [
    `import { sqliteTable, integer, text } from 'drizzle-orm/sqlite-core'\n
export const users = sqliteTable('users', { id: integer().primaryKey(), email: text().notNull() })\n`,
    `import { sqliteTable, integer, text, index } from 'drizzle-orm/sqlite-core'\n
export const users = sqliteTable('users', { id: integer().primaryKey(), email: text().notNull(), bio: text() }, (t) => [index('users_bio').on(t.bio)])
export const posts = sqliteTable('posts', { id: integer().primaryKey(), author: integer().references(() => users.id) })\n`,
  ],
}

const SERVERS = { postgresql: 'postgres', mysql: 'mysql' }

/** Runs a tool in a project; it must succeed. */
function run(version, cwd, url, ...args) {
  const done = spawnSync(process.execPath, [join(root, 'tests/tools/run.mjs'), version, cwd, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: url },
  })
  return { ok: done.status === 0, code: done.status, out: done.stdout, said: done.stdout + done.stderr }
}

function ran(...args) {
  const done = run(...args)
  assert.ok(done.ok, done.said)
  return done.said
}

async function database(t, dialect, cwd, name) {
  if (dialect === 'sqlite') return { url: `file:${join(cwd, 'app.db')}`, scratch: undefined }
  const { url } = await emptied(t, SERVERS[dialect], name)
  const scratch = new URL(url)
  scratch.pathname = dialect === 'mysql' ? '' : '/postgres'
  return { url, scratch: String(scratch) }
}

/** In the ordinary run each tool goes through it once; on every database it runs on in `npm run tools`. */
const ONCE = ['drizzle-0 on sqlite', 'drizzle-1 on postgresql', 'prisma-7 on postgresql']
const journey = (name, run) => test(name, { skip: !ONCE.includes(name) && process.env.npm_lifecycle_event !== 'tools' && 'npm run tools' }, run)

const columns = {
  postgresql: "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name",
  mysql: "SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name <> '__drizzle_migrations' ORDER BY table_name, column_name",
  sqlite: "SELECT p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY m.name, p.name",
}

for (const version of ['drizzle-0', 'drizzle-1']) {
  for (const dialect of ['sqlite', 'postgresql', 'mysql']) {
    journey(`${version} on ${dialect}`, async (t) => {
      const cwd = project(t, {
        'drizzle.config.ts': `export default { dialect: '${dialect}', out: './drizzle', schema: './schema.ts', dbCredentials: { url: process.env.DATABASE_URL } }\n`,
        'schema.ts': SCHEMAS[dialect][0],
        'package.json': '{ "private": true }\n',
      })
      const { url, scratch } = await database(t, dialect, cwd, `revert_${version.replace('-', '')}_${dialect}`)
      const tool = (...args) => ran(version, cwd, url, ...args)
      const schema = (at) => writeFileSync(join(cwd, 'schema.ts'), SCHEMAS[dialect][at])
      tool('generate', '--name', 'init')
      tool('migrate')
      const before = await query(url, columns[dialect])
      schema(1)
      tool('generate', '--name', 'more')
      tool('migrate')
      assert.notDeepEqual(await query(url, columns[dialect]), before)

      await generate({ cwd })
      await assert.rejects(revert({ cwd }), { code: 'not-verified' })
      await verify({ cwd, ...(scratch && { scratchUrl: scratch, engine: 'server' }) })
      const looked = await revert({ cwd, dryRun: true })
      assert.equal(looked.written, false)
      assert.ok(looked.files.every((file) => file.endsWith('_journal.json') || !existsSync(join(cwd, file))), 'nothing is written')
      const back = await revert({ cwd })
      assert.match(back.name, /_revert_more$/)
      assert.equal(back.reverts.length, 1)
      assert.ok(back.files.every((file) => existsSync(join(cwd, file))))

      tool('check')
      tool('migrate')
      assert.deepEqual(await query(url, columns[dialect]), before)
      schema(0)
      assert.match(tool('generate', '--name', 'nothing'), /No schema changes/)
      // Forward again from there: what is generated next stands on the schema that it was.
      schema(1)
      tool('generate', '--name', 'again')
      tool('migrate')
      assert.notDeepEqual(await query(url, columns[dialect]), before)
      // And the way back of the new one.
      const report = await generate({ cwd })
      assert.ok(report.histories[0].migrations.some((m) => m.name === back.name && m.state !== 'missing'))
    })
  }
}

const MODELS = [
  'model users {\n  id Int @id\n  email String\n}\n',
  'model users {\n  id Int @id\n  email String?\n  bio String?\n  posts posts[]\n  @@index([bio])\n}\nmodel posts {\n  id Int @id\n  author Int?\n  user users? @relation(fields: [author], references: [id])\n}\n',
]

for (const dialect of ['sqlite', 'postgresql']) {
  journey(`prisma-7 on ${dialect}`, async (t) => {
    const cwd = project(t, {
      'prisma/migrations/migration_lock.toml': `provider = "${dialect}"\n`,
      'prisma.config.mjs': "export default { schema: 'prisma/schema.prisma', datasource: { url: process.env.DATABASE_URL } }\n",
      'package.json': '{ "private": true }\n',
    })
    const { url, scratch } = await database(t, dialect, cwd, `revert_prisma7_${dialect}`)
    const schema = (at) => writeFileSync(join(cwd, 'prisma/schema.prisma'), `datasource db {\n  provider = "${dialect}"\n}\n${MODELS[at]}`)
    const tool = (...args) => ran('prisma-7', cwd, url, ...args)
    const folder = (name, from) => {
      const made = run('prisma-7', cwd, url, 'migrate', 'diff', ...from, '--to-schema', 'prisma/schema.prisma', '--script')
      assert.ok(made.ok, made.said)
      mkdirSync(join(cwd, 'prisma/migrations', name), { recursive: true })
      writeFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), made.out)
    }
    schema(0)
    folder('20260101000000_init', ['--from-empty'])
    tool('migrate', 'deploy')
    const listed = columns[dialect].replace("ORDER BY", "AND table_name <> '_prisma_migrations' ORDER BY")
    const shape = async () => query(url, dialect === 'sqlite' ? columns.sqlite.replace("'\\_\\_%'", "'\\_%'") : listed)
    const before = await shape()
    writeFileSync(join(cwd, 'old.prisma'), readFileSync(join(cwd, 'prisma/schema.prisma')))
    schema(1)
    folder('20260102000000_more', ['--from-schema', 'old.prisma'])
    tool('migrate', 'deploy')
    assert.notDeepEqual(await shape(), before)

    await generate({ cwd })
    await verify({ cwd, ...(scratch && { scratchUrl: scratch, engine: 'server' }) })
    const back = unmigrate(cwd, ['revert'])
    assert.equal(back.code, 0, back.err)
    assert.match(back.out, /^written +\d{14}_revert_more +takes back 20260102000000_more/)
    assert.match(back.err, /schema\.prisma/)
    const name = readdirSync(join(cwd, 'prisma/migrations')).find((one) => one.endsWith('_revert_more'))
    assert.match(tool('migrate', 'deploy'), new RegExp(name))
    assert.deepEqual(await shape(), before)
    assert.match(tool('migrate', 'status'), /Database schema is up to date/)
    schema(0)
    const diff = run('prisma-7', cwd, url, 'migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--exit-code')
    assert.equal(diff.code, 0, diff.said)
  })
}

test('what no migration is made of', async (t) => {
  const cwd = project(t, {
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/1_a/migration.sql': 'CREATE TABLE a (id int PRIMARY KEY);\n',
    'prisma/migrations/2_b/migration.sql': 'CREATE INDEX CONCURRENTLY a_id ON a (id);\n',
  })
  await generate({ cwd })
  await assert.rejects(revert({ cwd, force: true }), { code: 'not-in-one' })
  await assert.rejects(revert({ cwd, only: ['1_a'], force: true }), { code: 'not-last' })
  await assert.rejects(revert({ cwd, steps: 3, force: true }), { code: 'too-many-steps' })
  await assert.rejects(revert({ cwd, only: ['nonesuch'], force: true }), { code: 'no-such-migration' })
  assert.deepEqual(readdirSync(join(cwd, 'prisma/migrations')).sort(), ['1_a', '2_b', 'migration_lock.toml'])
})
