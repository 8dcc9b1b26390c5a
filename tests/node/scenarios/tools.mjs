// The real tools, on a project of a scenario.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../projects.mjs'

/** Runs a tool (`tests/tools/versions.mjs`): its exit code and what it said. */
export function tool(version, cwd, url, ...args) {
  const done = spawnSync(process.execPath, [join(root, 'tests/tools/run.mjs'), version, cwd, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: url },
  })
  return { code: done.status, said: done.stdout + done.stderr }
}

/** Runs a tool, which must succeed: what it said. */
export function ran(...args) {
  const done = tool(...args)
  assert.equal(done.code, 0, done.said)
  return done.said
}

/** Files of a Prisma 7 project with these migrations. */
export function prisma7(migrations, provider = 'postgresql') {
  const files = {
    'package.json': '{ "private": true }\n',
    'prisma.config.mjs': "export default { schema: 'prisma/schema.prisma', datasource: { url: process.env.DATABASE_URL } }\n",
    'prisma/schema.prisma': `datasource db {\n  provider = "${provider}"\n}\n`,
    'prisma/migrations/migration_lock.toml': `provider = "${provider}"\n`,
  }
  for (const [name, sql] of Object.entries(migrations)) files[`prisma/migrations/${name}/migration.sql`] = sql
  return files
}

/** Files of a Drizzle 0.x project with these migrations: tag to [when, SQL]. */
export function drizzle0(migrations, dialect = 'sqlite') {
  const entries = Object.entries(migrations).map(([tag, [when]], idx) => ({ idx, version: '6', when, tag, breakpoints: true }))
  const files = {
    'package.json': '{ "private": true }\n',
    'schema.ts': 'export {}\n',
    'drizzle.config.ts': `export default { dialect: '${dialect}', out: './drizzle', schema: './schema.ts', dbCredentials: { url: process.env.DATABASE_URL } }\n`,
    'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect, entries }),
  }
  for (const [tag, [, sql]] of Object.entries(migrations)) files[`drizzle/${tag}.sql`] = sql
  return files
}
