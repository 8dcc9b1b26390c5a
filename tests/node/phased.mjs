// A project whose first migration is deployed and whose second is written in phases, and what is done with it.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unmigrate } from './cli.mjs'
import { emptied, NOW, prisma, query, script } from './deployed.mjs'
import { project } from './projects.mjs'

export const NAME = '20260102000000_change'

/** A project whose first migration is deployed and whose second is written, and what is done with it. */
export async function phased(t, { engine = 'postgres', name, init, up, rows = [] }) {
  const { url, database } = await emptied(t, engine, name)
  const provider = engine === 'postgres' ? 'postgresql' : engine
  const session = { script: (...texts) => script(url, ...texts) }
  const cwd = await prisma(t, session, { '20260101000000_init': init }, provider)
  mkdirSync(join(cwd, 'prisma/migrations', NAME))
  writeFileSync(join(cwd, 'prisma/migrations', NAME, 'migration.sql'), up)
  if (rows.length > 0) await script(url, ...rows)
  const run = (...args) => unmigrate(cwd, [...args, '--url-env', 'APP_URL'], { env: { APP_URL: url } })
  const done = (...args) => {
    const ran = run(...args)
    assert.equal(ran.code, 0, `${args.join(' ')}\n${ran.out}${ran.err}`)
    return ran.out
  }
  const now = NOW[provider]
  const deploy = async (which) => {
    const sql = readFileSync(join(cwd, 'prisma/migrations', which, 'migration.sql'), 'utf8')
    const checksum = createHash('sha256').update(sql).digest('hex')
    await script(url, sql, `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
      VALUES ('${randomUUID()}', '${checksum}', ${now}, '${which}', ${now}, 1)`)
  }
  const end = async (...args) => {
    const { contract: written } = JSON.parse(done('contract', '--json', ...args))
    await deploy(written)
  }
  const back = () => done('rollback', '--confirm', database, '--no-archive')
  const all = (sql) => query(url, sql)
  return { url, database, cwd, run, done, deploy, end, back, all, write: (...texts) => script(url, ...texts) }
}

/** What a table of PostgreSQL is like, but for the order of its columns. */
export const shape = ({ all }, table) => all(`SELECT * FROM (
  SELECT 'column' AS kind, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS what
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = '${table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = '${table}'::regclass
  UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '${table}'::regclass
  UNION ALL SELECT 'trigger', tgname, '' FROM pg_trigger WHERE tgrelid = '${table}'::regclass AND NOT tgisinternal) AS everything ORDER BY 1, 2`)

/** Each case: the schema, the migration, the flags of expand, and what `verify` says of expand and of the contract. */
export async function proves(t, engine, cases, scratch = 'recipes_scratch') {
  const { url } = await emptied(t, engine, scratch)
  const provider = engine === 'mysql' ? 'mysql' : 'postgresql'
  for (const [word, [init, up, flags, grades]] of Object.entries(cases)) {
    const cwd = project(t, {
      'package.json': '{}',
      'prisma/migrations/migration_lock.toml': `provider = "${provider}"\n`,
      'prisma/migrations/20260101000000_init/migration.sql': init,
      [`prisma/migrations/${NAME}/migration.sql`]: up,
    })
    const skipped = ['backfilled', 'missing', 'indexed', 'referenced', 'duplicates', 'orphans', 'violations', 'compat'].flatMap((gate) => ['--skip-gate', gate])
    for (const args of [['expand', ...flags, '--not-applied'], ['contract', ...skipped, '--reason', 'nothing is deployed'], ['generate']]) {
      const ran = unmigrate(cwd, args)
      assert.ok(ran.code === 0 || args[0] === 'generate', `${word} ${args.join(' ')}\n${ran.out}${ran.err}`)
    }
    const proven = unmigrate(cwd, ['verify', '--json', '--engine', 'server', '--scratch-url-env', 'SCRATCH'], { env: { SCRATCH: url } })
    const { migrations } = JSON.parse(proven.out).histories[0]
    assert.deepEqual(migrations.slice(1).map((m) => `${m.verdict} ${m.grade}`), grades, `${word}\n${proven.out}${proven.err}`)
  }
}
