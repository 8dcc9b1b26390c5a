// `check --fix`: what it writes, what it leaves alone, and that both histories end in one schema on PostgreSQL itself.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { check } from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { running } from './deployed.mjs'
import { project } from './projects.mjs'

const SERVER = running('postgres').replace(/\/postgres$/, '')
const quiet = { CI: '', GITHUB_WORKSPACE: '', CI_PROJECT_DIR: '', GITHUB_BASE_REF: '' }
const run = (cwd, ...args) => unmigrate(cwd, ['check', ...args], { env: quiet })
const rules = (report) => [...new Set(report.findings.map((f) => f.rule))].sort()

function git(cwd, ...args) {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...identity, ...args], { cwd, stdio: 'pipe' })
}

/** A repository whose main branch holds these files, and a branch beside it. */
function branch(t, files) {
  const cwd = project(t, files)
  git(cwd, 'init', '-q')
  git(cwd, 'add', '-A')
  git(cwd, 'commit', '-qm', 'x')
  git(cwd, 'switch', '-qc', 'feature')
  return cwd
}

function put(cwd, file, text) {
  mkdirSync(dirname(join(cwd, file)), { recursive: true })
  writeFileSync(join(cwd, file), text)
}

const DATABASE = `fix_${process.pid}`
const sql = (db, text) => execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', `${SERVER}/${db}`, '-c', text], { stdio: 'pipe' })
before(() => sql('postgres', `CREATE DATABASE ${DATABASE}`))
after(() => sql('postgres', `DROP DATABASE ${DATABASE} WITH (FORCE)`))

/** The schema that the files end in, each sent as one message, as Prisma does it. */
function schema(texts) {
  sql(DATABASE, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  for (const text of texts) sql(DATABASE, text)
  const dumped = execFileSync('pg_dump', ['-s', '--no-owner', '-d', `${SERVER}/${DATABASE}`], { encoding: 'utf8' })
  return dumped.replace(/^\\(un)?restrict .*$/gm, '')
}

const dir = 'prisma/migrations'
const texts = (cwd) =>
  readdirSync(join(cwd, dir)).filter((name) => existsSync(join(cwd, dir, name, 'migration.sql'))).sort().map((name) => readFileSync(join(cwd, dir, name, 'migration.sql'), 'utf8'))

const base = {
  [`${dir}/migration_lock.toml`]: 'provider = "postgresql"\n',
  [`${dir}/20260101000000_init/migration.sql`]:
    'CREATE TABLE "users" ("id" INTEGER NOT NULL, "name" TEXT, "age" INTEGER, "user_name" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n' +
    'CREATE TABLE "posts" ("id" INTEGER NOT NULL, "author" INTEGER, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));\n',
}
const second = `${dir}/20260201000000_next/migration.sql`
const hard = `-- AlterTable
ALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL,
ALTER COLUMN "age" SET NOT NULL,
ADD COLUMN "bio" TEXT;

-- CreateIndex
CREATE INDEX "posts_author_idx" ON "posts"("author");

-- CreateIndex
CREATE UNIQUE INDEX "users_name_key" ON "users"("name");

-- AddForeignKey
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_fkey" FOREIGN KEY ("author") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "users" ADD CONSTRAINT "adult" CHECK (age > 17);
`

test('locks: every way around them, and PostgreSQL ends in the same schema', async (t) => {
  const cwd = branch(t, base)
  put(cwd, second, hard)
  const was = schema(texts(cwd))
  const shown = run(cwd, '--fix')
  assert.equal(shown.code, 2, shown.err)
  assert.match(shown.out, /^\+ALTER TABLE "posts" ADD CONSTRAINT "posts_author_fkey" .* NOT VALID;$/m)
  assert.match(shown.err, /--yes writes it/)
  assert.equal(readFileSync(join(cwd, second), 'utf8'), hard, 'nothing is written without a yes')
  assert.equal(texts(cwd).length, 2)

  const done = run(cwd, '--fix', '--yes')
  assert.match(done.err, /fixed/)
  const left = await check({ cwd })
  for (const rule of ['create-index', 'add-foreign-key', 'add-check', 'set-not-null', 'validate-with-add', 'needs-no-transaction']) {
    assert.ok(!rules(left).includes(rule), `${rule} is left: ${JSON.stringify(left.findings.map((f) => f.message))}`)
  }
  const now = readFileSync(join(cwd, second), 'utf8')
  assert.match(now, /"adult" CHECK \(age > 17\) NOT VALID;/)
  assert.doesNotMatch(now, /INDEX/)
  const names = readdirSync(join(cwd, dir)).filter((name) => name > '20260201000000_next' && name !== 'migration_lock.toml')
  assert.equal(names.length, 3)
  assert.match(names[0], /^\d{14}_create_posts_author_idx$/)
  assert.match(texts(cwd)[2], /^-- [^\n]*\n\nCREATE INDEX CONCURRENTLY "posts_author_idx" ON "posts"\("author"\);\n$/)
  assert.match(texts(cwd)[3], /\nCREATE UNIQUE INDEX CONCURRENTLY "users_name_key"/)
  assert.match(names[2], /^\d{14}_validate_constraints$/)
  assert.equal(schema(texts(cwd)), was)
  assert.deepEqual((await check({ cwd, fix: true })).fixes.files, [], 'and nothing more is to be done')
})

test('a unique index that something counts on stays', async (t) => {
  const cwd = branch(t, base)
  const text = 'CREATE UNIQUE INDEX "u" ON "users"("age");\nALTER TABLE "posts" ADD CONSTRAINT "k" FOREIGN KEY ("author") REFERENCES "users"("age");\n'
  put(cwd, second, text)
  const report = await check({ cwd, fix: true, fixRule: ['create-index'], yes: true })
  assert.deepEqual(report.fixes.files, [])
  put(cwd, second, text.split('\n')[0] + '\nALTER TABLE "posts" ADD COLUMN "x" INTEGER;\n')
  put(cwd, `${dir}/20260301000000_key/migration.sql`, text.split('\n')[1])
  const was = schema(texts(cwd))
  const apart = await check({ cwd, fix: true, yes: true, fixRule: ['create-index'] })
  assert.match(apart.fixes.fixes[0].why, /may count on the unique index of `users`/)
  const all = await check({ cwd, fix: true, yes: true })
  assert.ok(all.fixes.fixes.some((f) => f.rule === 'add-foreign-key' && f.state === 'written'), 'and what can be done is')
  assert.equal(schema(texts(cwd)), was)
})

test('an index that is alone stays where it is, and files keep their line ends', async (t) => {
  const cwd = branch(t, base)
  put(cwd, second, '-- CreateIndex\r\nCREATE INDEX "a" ON "posts"("author");\r\n\r\n-- CreateIndex\r\nCREATE INDEX "b" ON "posts"("author", "id");\r\n')
  const was = schema(texts(cwd))
  const report = await check({ cwd, fix: true, yes: true })
  assert.equal(report.fixes.written, true)
  assert.deepEqual(report.fixes.fixes.map((f) => f.state), ['written', 'written'])
  assert.equal(readFileSync(join(cwd, second), 'utf8'), '-- CreateIndex\r\nCREATE INDEX CONCURRENTLY "b" ON "posts"("author", "id");\r\n')
  assert.equal(schema(texts(cwd)), was)
})

test('what may have been applied is left alone: by git, by the database, and where nothing tells', async (t) => {
  const merged = branch(t, { ...base, [second]: hard })
  const old = await check({ cwd: merged, fix: true, yes: true })
  assert.deepEqual(old.fixes.files, [])
  assert.ok(old.fixes.fixes.length > 3 && old.fixes.fixes.every((f) => f.state === 'refused' && /databases may have run it/.test(f.why)))
  const alone = project(t, { ...base, [second]: hard })
  const unknown = await check({ cwd: alone, fix: true, yes: true })
  assert.deepEqual(unknown.fixes.files, [])
  assert.match(unknown.fixes.fixes[0].why, /--changed <ref>.*--db <url>/)
  assert.equal(readFileSync(join(alone, second), 'utf8'), hard)

  sql(DATABASE, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  sql(DATABASE, `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);
    INSERT INTO _prisma_migrations VALUES ('1', '', now(), '20260101000000_init', NULL, NULL, now(), 1)`)
  const pending = await check({ cwd: alone, fix: true, db: `${SERVER}/${DATABASE}` })
  assert.ok(pending.fixes.files.length > 0, 'without git, what the database has not run is new')
  sql(DATABASE, `INSERT INTO _prisma_migrations VALUES ('2', '', NULL, '20260201000000_next', NULL, NULL, now(), 0)`)
  const begun = await check({ cwd: alone, fix: true, every: true, db: `${SERVER}/${DATABASE}` })
  assert.deepEqual(begun.fixes.files, [])
  assert.match(begun.fixes.fixes[0].why, /has run it/)
})

test('a rename is written where its letters say so, and else where a person does', async (t) => {
  const cwd = branch(t, base)
  put(cwd, second, '-- AlterTable\nALTER TABLE "users" DROP COLUMN "user_name",\nADD COLUMN     "userName" TEXT;\n')
  const report = await check({ cwd, fix: true, yes: true })
  assert.deepEqual(report.fixes.fixes.map((f) => [f.rule, f.state]), [['drop-add-rename', 'written']])
  assert.equal(readFileSync(join(cwd, second), 'utf8'), '-- AlterTable\nALTER TABLE users RENAME COLUMN "user_name" TO "userName";\n')

  put(cwd, second, 'ALTER TABLE "users" DROP COLUMN "user_name", ADD COLUMN "user_full_name" TEXT, ADD COLUMN "x" INTEGER;\n')
  const was = schema(texts(cwd))
  const offered = run(cwd, '--fix', '--yes')
  assert.match(offered.err, /--rename users\.user_name=user_full_name {3}says that it is meant/)
  assert.match(readFileSync(join(cwd, second), 'utf8'), /DROP COLUMN/)
  assert.match(run(cwd, '--rename', 'users.a=b', '--yes').err, /no-such-rename[^]*--rename users\.user_name=user_full_name/)
  assert.match(run(cwd, '--rename', 'users.user_name=user_full_name', '--yes').err, /fixed/)
  assert.equal(readFileSync(join(cwd, second), 'utf8'), 'ALTER TABLE users RENAME COLUMN "user_name" TO "user_full_name";\nALTER TABLE "users" ADD COLUMN "x" INTEGER;\n')
  const columns = (dump) => dump.split('\n').map((line) => line.replace(/,$/, '')).sort()
  assert.deepEqual(columns(schema(texts(cwd))), columns(was))

  // Whatever else hung on the old column would stay under another name: that is no rename that can be written here.
  put(cwd, `${dir}/20260101000000_init/migration.sql`, `${base[`${dir}/20260101000000_init/migration.sql`]}CREATE INDEX "i" ON "users"("user_name");\n`)
  put(cwd, second, 'ALTER TABLE "users" DROP COLUMN "user_name", ADD COLUMN "userName" TEXT;\n')
  const other = await check({ cwd, fix: true, yes: true })
  assert.deepEqual(other.fixes.files, [])
  assert.match(other.fixes.fixes.find((f) => f.rule === 'drop-add-rename').why, /would not end in the same schema/)
})

const journal = (entries) => `${JSON.stringify({ version: '7', dialect: 'sqlite', entries: entries.map(([tag, when], idx) => ({ idx, version: '6', when, tag, breakpoints: true })) }, null, 2)}\n`

test('Drizzle: breakpoints, the order of the journal, a rename', async (t) => {
  const cwd = branch(t, {
    'package.json': '{"dependencies":{"@libsql/client":"1"}}',
    'drizzle/meta/_journal.json': journal([['0000_a', 100], ['0001_b', 300]]),
    'drizzle/0000_a.sql': 'CREATE TABLE `a` (`id` integer, `tag` text);',
    'drizzle/0001_b.sql': 'CREATE TABLE `b` (`id` integer);',
  })
  put(cwd, 'drizzle/0002_c.sql', 'ALTER TABLE `a` ADD `tags` text;--> statement-breakpoint\nALTER TABLE `a` DROP COLUMN `tag`;--> statement-breakpoint\nCREATE TABLE `c` (`id` integer);\nCREATE TABLE `d` (`id` integer);')
  put(cwd, 'drizzle/meta/_journal.json', journal([['0000_a', 100], ['0001_b', 300], ['0002_c', 200]]))
  const report = await check({ cwd, fix: true, yes: true })
  assert.deepEqual(report.fixes.fixes.map((f) => [f.rule, f.state]).sort(), [['drop-add-rename', 'written'], ['journal-backwards', 'written'], ['missing-breakpoint', 'written']])
  assert.equal(readFileSync(join(cwd, 'drizzle/meta/_journal.json'), 'utf8'), journal([['0000_a', 100], ['0001_b', 300], ['0002_c', 301]]))
  assert.equal(readFileSync(join(cwd, 'drizzle/0002_c.sql'), 'utf8'), 'ALTER TABLE a RENAME COLUMN "tag" TO "tags";--> statement-breakpoint\nCREATE TABLE `c` (`id` integer);\n--> statement-breakpoint\nCREATE TABLE `d` (`id` integer);')
  assert.deepEqual(rules(report).filter((r) => ['journal-backwards', 'missing-breakpoint', 'drop-add-rename'].includes(r)), [])
})

test('rollbacks are written anew, and those of people are not', async (t) => {
  const cwd = branch(t, base)
  assert.equal(unmigrate(cwd, ['generate']).code, 0)
  git(cwd, 'add', '-A')
  git(cwd, 'commit', '-qm', 'rollbacks')
  put(cwd, second, hard)
  unmigrate(cwd, ['generate'])
  const report = await check({ cwd, fix: true, yes: true })
  const stale = (r) => r.findings.filter((f) => /^rollback-(missing|stale)$/.test(f.rule))
  assert.deepEqual(stale(report), [])
  const downs = report.fixes.files.filter((f) => f.file.endsWith('down.sql')).map((f) => f.change)
  assert.deepEqual(downs.sort(), ['created', 'created', 'created', 'edited'])
  assert.equal(unmigrate(cwd, ['generate', '--check']).code, 0)
  // One that is stale alone: it is ours, so no yes is asked.
  put(cwd, second, `${readFileSync(join(cwd, second), 'utf8')}ALTER TABLE "users" ADD COLUMN "more" TEXT;\n`)
  const again = run(cwd, '--fix')
  assert.notEqual(again.code, 2, again.err)
  assert.deepEqual(stale(await check({ cwd })), [])
  put(cwd, second.replace('migration.sql', 'down.sql'), '-- mine\nSELECT 1;\n')
  assert.deepEqual((await check({ cwd, fix: true, yes: true })).fixes.files, [])
})

test('a lock_timeout where taste asks for one, one rule alone, and --json', (t) => {
  const cwd = branch(t, base)
  put(cwd, second, '-- AlterTable\nALTER TABLE "users" ADD COLUMN "bio" TEXT;\nCREATE INDEX "i" ON "posts"("author");\n')
  const report = JSON.parse(run(cwd, '--style', '--fix-rule', 'lock-timeout', '--yes', '--json').out)
  assert.deepEqual(report.fixes.fixes.map((f) => f.rule), ['lock-timeout'])
  assert.match(report.fixes.files[0].diff, /^--- a\/prisma[^]*\n\+SET lock_timeout = '5s';\n/)
  assert.match(readFileSync(join(cwd, second), 'utf8'), /^-- AlterTable\nSET lock_timeout = '5s';\nALTER TABLE/)
  const planned = run(cwd, '--fix', '--json')
  assert.equal(planned.code, 2)
  assert.equal(JSON.parse(planned.out).fixes.written, false)
  assert.equal(run(cwd, '--fix-rule', 'nonesuch').code, 2)
})

test('at a terminal it asks', (t) => {
  const cwd = branch(t, base)
  put(cwd, second, 'CREATE INDEX "i" ON "posts"("author");\n')
  const at = (answer) => spawnSync('script', ['-qec', `${process.execPath} ${join(import.meta.dirname, '../../cli.js')} check --fix`, '/dev/null'], { cwd, input: answer, encoding: 'utf8', env: { ...process.env, ...quiet } })
  assert.match(at('n\n').stdout, /Write this\? \[y\/N\]/)
  assert.doesNotMatch(readFileSync(join(cwd, second), 'utf8'), /CONCURRENTLY/)
  at('y\n')
  assert.match(readFileSync(join(cwd, second), 'utf8'), /CONCURRENTLY/)
})
