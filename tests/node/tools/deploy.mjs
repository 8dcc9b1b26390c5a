// `deploy` through the real tools, and what they make of a database in which tables of ours lie: a migration destroys a column
// with values, its rollback gives them back, and neither tool's look at the database stumbles over what was kept for that.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from '../../tools/install.mjs'
import { unmigrate } from '../cli.mjs'
import { emptied, query, script } from '../deployed.mjs'
import { folder, root } from '../projects.mjs'
import { ran, tool } from '../scenarios/tools.mjs'

const SECOND = 'drop_bio'
const DATABASES = { postgresql: 'postgres', mysql: 'mysql' }

/** How drizzle-orm calls a database, its table, and the type of a key. MariaDB's `int(11)` is none: drizzle-kit would always
 *  want to make it `int`. */
const DRIZZLE = {
  postgresql: { core: 'pg-core', table: 'pgTable', key: 'integer' },
  mysql: { core: 'mysql-core', table: 'mysqlTable', key: 'varchar', length: '{ length: 10 }' },
  sqlite: { core: 'sqlite-core', table: 'sqliteTable', key: 'integer' },
}

function write(cwd, path, text) {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), text)
}

/** The environment in which a tool of the tests can be started by its own name in `node_modules`. */
function environment(version, url) {
  const env = { DATABASE_URL: url, NO_COLOR: '1' }
  if (!version.startsWith('prisma')) return env
  const engine = installed(version === 'prisma-7' ? 'prisma-7-engine' : 'prisma-6-engine')
  return {
    ...env,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(new URL('../../tools/engine/schema-engine.mjs', import.meta.url)),
    PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
    UNMIGRATE_TEST_ENGINE: engine,
  }
}

/** Prisma's project: the schema as it is with, or without, what the second migration drops. */
function prisma(cwd, version, dialect) {
  const url = version === 'prisma-7' ? '' : '  url = env("DATABASE_URL")\n'
  if (version === 'prisma-7') {
    write(cwd, 'prisma.config.mjs', "export default { schema: 'prisma/schema.prisma', datasource: { url: process.env.DATABASE_URL, shadowDatabaseUrl: process.env.SHADOW_DATABASE_URL } }\n")
  }
  const schema = (bio) => write(cwd, 'prisma/schema.prisma', `datasource db {\n  provider = "${dialect}"\n${url}}\nmodel users {\n  id Int @id\n  email String\n${bio ? '  bio String?\n' : ''}}\n`)
  write(cwd, 'prisma/migrations/migration_lock.toml', `provider = "${dialect}"\n`)
  const key = dialect === 'sqlite' ? '"id" INTEGER NOT NULL PRIMARY KEY' : '"id" INTEGER NOT NULL'
  const last = dialect === 'sqlite' ? '' : ',\n    CONSTRAINT "users_pkey" PRIMARY KEY ("id")'
  return {
    first() {
      schema(true)
      write(cwd, 'prisma/migrations/20260101000000_init/migration.sql', `CREATE TABLE "users" (\n    ${key},\n    "email" TEXT NOT NULL,\n    "bio" TEXT${last}\n);\n`)
      return '20260101000000_init'
    },
    second() {
      schema(false)
      write(cwd, `prisma/migrations/20260102000000_${SECOND}/migration.sql`, 'ALTER TABLE "users" DROP COLUMN "bio";\n')
      return `20260102000000_${SECOND}`
    },
  }
}

/** Drizzle's: drizzle-kit itself writes the migrations. */
function drizzle(cwd, version, dialect, url) {
  const { core, table, key, length = '' } = DRIZZLE[dialect]
  // From 1.0 on `push` looks at every schema where none is named: see `pushed_without_a_filter`.
  const only = dialect === 'postgresql' ? "schemaFilter: ['public'], " : ''
  write(cwd, 'drizzle.config.ts', `export default { dialect: '${dialect}', out: './drizzle', schema: './schema.ts', ${only}dbCredentials: { url: process.env.DATABASE_URL } }\n`)
  const schema = (bio) =>
    write(cwd, 'schema.ts', `import { ${table}, ${key}, text } from 'drizzle-orm/${core}'\nexport const users = ${table}('users', { id: ${key}(${length}).primaryKey(), email: text().notNull()${bio ? ', bio: text()' : ''} })\n`)
  const generate = (name) => {
    const said = ran(version, cwd, url, 'generate', '--name', name)
    const found = /drizzle\/([\w]+)(?:\.sql|\/migration\.sql)/.exec(said)
    assert.ok(found, said)
    return found[1]
  }
  return {
    first() {
      schema(true)
      return generate('init')
    },
    second() {
      schema(false)
      return generate(SECOND)
    },
  }
}

/** A project whose first migration the tool itself has deployed, with rows, and whose second destroys some of their values. */
async function ready(t, version, dialect) {
  installed(version)
  const cwd = folder(t)
  write(cwd, 'package.json', '{ "private": true, "scripts": {} }\n')
  const name = `deploy_${version.replace('-', '')}_${dialect}`
  const { url, database } = dialect === 'sqlite' ? { url: `file:${join(cwd, 'app.db')}`, database: 'app.db' } : await emptied(t, DATABASES[dialect], name)
  if (dialect === 'sqlite') writeFileSync(join(cwd, 'app.db'), '')
  const files = version.startsWith('prisma') ? prisma(cwd, version, dialect) : drizzle(cwd, version, dialect, url)
  const first = files.first()
  const deploy = version.startsWith('prisma') ? ['migrate', 'deploy'] : ['migrate']
  ran(version, cwd, url, ...deploy)
  await script(url, "INSERT INTO users (id, email, bio) VALUES (1, 'a', 'wrote it'), (2, 'b', NULL), (3, 'c', 'read it')")
  const second = files.second()
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  if (dialect === 'mysql') t.after(() => script(url.replace(/\/[^/]*$/, '/mysql'), `DROP DATABASE IF EXISTS \`${database}_unmigrate\``))
  const env = environment(version, url)
  return {
    cwd, url, database, first, second, version, dialect,
    run: (...args) => unmigrate(cwd, args, { env }),
    deployed: () => ran(version, cwd, url, ...deploy),
    bios: () => query(url, 'SELECT id, bio FROM users ORDER BY id'),
    columns: async () => (await query(url, 'SELECT * FROM users WHERE id = 1'))[0].length,
  }
}

/** Names of tables of ours. */
const OURS = /_unmigrate|kept_\d|\baudit\b|\barchive\b|\bjournal\b/

/** What the tool itself says of the database: nothing of ours is a difference to it. */
function undrifted(it, pending) {
  const { cwd, url, version } = it
  if (!version.startsWith('prisma')) {
    // `generate` holds the schema's file against the snapshots, `push` against the database.
    assert.match(ran(version, cwd, url, 'generate'), /No schema changes/)
    // Where the rollback has given the column back, push wants to drop it, and asks: nobody answers.
    const { said } = tool(version, cwd, url, 'push')
    assert.doesNotMatch(said, OURS)
    // On MariaDB drizzle-kit 0.31 does not see the primary key that is there, and stops at making it again.
    const fine = version === 'drizzle-0' && it.dialect === 'mysql' ? /Multiple primary key defined/ : /No changes detected/
    if (!pending) assert.match(said, fine, said)
    return
  }
  const status = tool(version, cwd, url, 'migrate', 'status')
  if (pending) assert.match(status.said, new RegExp(`not yet been applied:\\s+${it.second}`))
  else assert.match(status.said, /Database schema is up to date!/)
  // Its engine compares the migrations, on a shadow database, with what is there, and asks for a reset where they differ. After
  // a rollback it applies what is pending: then it is asked last.
  const more = version === 'prisma-7' ? [] : ['--skip-generate']
  const dev = tool(version, cwd, url, 'migrate', 'dev', '--name', 'x', ...more)
  assert.equal(dev.code, 0, dev.said)
  assert.doesNotMatch(dev.said, /drift|reset/i)
  assert.match(dev.said, pending ? new RegExp(it.second) : /Already in sync/)
}

/** The tool deploys, what it destroys is kept and comes back; then the same in one transaction, without its process. */
export async function there_and_back(t, version, dialect) {
  const it = await ready(t, version, dialect)
  const { run, second, database } = it
  const before = await it.bios()
  for (const way of [[], ['--direct']]) {
    const deployed = run('deploy', ...way, '--confirm', database, '--json')
    assert.equal(deployed.code, 0, deployed.err + deployed.out)
    const report = JSON.parse(deployed.out)
    assert.deepEqual([report.plan.way, report.outcome.state, report.outcome.done], [way.length ? 'direct' : 'process', 'done', [second]])
    assert.equal(report.outcome.kept.length, 1)
    assert.equal(await it.columns(), 2, 'the column is gone')
    undrifted(it, false)
    assert.match(it.deployed(), version.startsWith('prisma') ? /No pending migrations to apply/ : /./)
    const back = run('rollback', '--archive', '--confirm', database)
    assert.equal(back.code, 0, back.err)
    assert.deepEqual(await it.bios(), before, 'every value is there again')
    undrifted(it, true)
    if (!version.startsWith('prisma')) assert.deepEqual(await it.bios(), before)
    if (version.startsWith('prisma')) {
      // `migrate dev` has applied it: what it took was not kept, so the rows are made anew.
      assert.equal(await it.columns(), 2)
      const again = run('rollback', '--confirm', database)
      assert.equal(again.code, 0, again.err)
      await script(it.url, "UPDATE users SET bio = 'wrote it' WHERE id = 1", "UPDATE users SET bio = 'read it' WHERE id = 3")
    }
  }
}

/** drizzle-kit 1.0 without a `schemaFilter`: it takes our schema for one that is to go, and asks before it takes rows away. */
export async function pushed_without_a_filter(t, version) {
  const it = await ready(t, version, 'postgresql')
  write(it.cwd, 'drizzle.config.ts', "export default { dialect: 'postgresql', out: './drizzle', schema: './schema.ts', dbCredentials: { url: process.env.DATABASE_URL } }\n")
  const deployed = it.run('deploy', '--confirm', it.database)
  assert.equal(deployed.code, 0, deployed.err)
  assert.match(deployed.err, version === 'drizzle-0' ? /^/ : /warning\[push-would-drop\]/)
  const pushed = tool(version, it.cwd, it.url, 'push')
  if (version === 'drizzle-0') assert.match(pushed.said, /No changes detected/)
  else assert.match(pushed.said, /Confirm data loss[^]*_unmigrate/, pushed.said)
  const back = it.run('rollback', '--archive', '--confirm', it.database)
  assert.equal(back.code, 0, back.err)
  assert.deepEqual(await it.bios(), [['1', 'wrote it'], ['2', null], ['3', 'read it']], 'what was kept is still there')
}

/** The command writes rows and then has the tool deploy: that they are not in the copy is counted and said. */
export async function written_in_between(t, version, dialect) {
  const it = await ready(t, version, dialect)
  const writes = ["INSERT INTO users (id, email, bio) VALUES (4, 'd', 'late')", 'DELETE FROM users WHERE id = 2', "UPDATE users SET bio = 'changed' WHERE id = 1"]
  write(it.cwd, 'deploy.mjs', `import { spawnSync } from 'node:child_process'
import { script } from ${JSON.stringify(join(root, 'tests/node/deployed.mjs'))}
await script(process.env.DATABASE_URL, ...${JSON.stringify(writes)})
const tool = ${JSON.stringify([join(root, 'tests/tools/run.mjs'), version, it.cwd, ...(version.startsWith('prisma') ? ['migrate', 'deploy'] : ['migrate'])])}
process.exit(spawnSync(process.execPath, tool, { stdio: 'inherit' }).status)
`)
  const deployed = it.run('deploy', '--confirm', it.database, '--json', '--', process.execPath, 'deploy.mjs')
  const report = JSON.parse(deployed.out)
  assert.deepEqual(report.outcome.done, [it.second], deployed.out)
  const { added, gone, changed } = report.writtenSince[0]
  assert.deepEqual([added, gone], [1, 1])
  // Only PostgreSQL tells of a row that it was written to.
  assert.equal(changed ?? null, dialect === 'postgresql' ? 1 : null)
  assert.ok(report.problems.some((problem) => problem.code === 'written-since'), deployed.out)
  const back = it.run('rollback', '--archive', '--confirm', it.database)
  assert.equal(back.code, 0, back.err)
  assert.deepEqual(await it.bios(), [['1', 'wrote it'], ['3', 'read it'], ['4', null]], 'what was copied is back')
}
