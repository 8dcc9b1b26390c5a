import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { check, explain } from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { example, project } from './projects.mjs'

const quiet = { CI: '', GITHUB_WORKSPACE: '', CI_PROJECT_DIR: '', GITHUB_BASE_REF: '' }
const run = (cwd, args, env = {}) => unmigrate(cwd, ['check', ...args], { env: { ...quiet, ...env } })

const files = {
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE "users" ("id" INTEGER NOT NULL, "name" TEXT, "mail" TEXT);\n',
  'prisma/migrations/2_next/migration.sql':
    '-- AlterTable\r\nALTER TABLE "users" RENAME COLUMN "name" TO "full_name";\r\n-- CreateIndex\r\nCREATE INDEX "i" ON "users"("mail");\r\n',
}

function git(cwd, ...args) {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...identity, ...args], { cwd, stdio: 'pipe' })
}

test('findings are drawn on the file, the worst last, and an error exits 1', (t) => {
  const done = run(project(t, files), [])
  assert.equal(done.code, 1)
  assert.match(done.out, /warning\[create-index\][^]*error\[rename-column\]/)
  assert.match(done.out, /2_next\/migration\.sql:2:21/)
  assert.match(done.out, /2 │ ALTER TABLE "users" RENAME COLUMN "name" TO "full_name";\n {2}│ {21}━+\n/)
  assert.match(done.err, /^1 error, 1 warning in 2 migrations\n/)
})

test('JavaScript gets what --json prints', async (t) => {
  const cwd = project(t, files)
  const report = await check({ cwd })
  assert.deepEqual(report, JSON.parse(run(cwd, ['--json']).out))
  assert.equal(report.version, 1)
  const { rule, group, severity, file, line, column, endLine, endColumn } = report.findings[0]
  assert.deepEqual(
    { rule, group, severity, file, line, column, endLine, endColumn },
    { rule: 'rename-column', group: 'hazard', severity: 'error', file: 'prisma/migrations/2_next/migration.sql', line: 2, column: 21, endLine: 2, endColumn: 56 },
  )
  const off = await check({ cwd, rules: { 'rename-column': 'off', 'create-index': 'off' } })
  assert.deepEqual(off.findings, [])
  await assert.rejects(check({ cwd, rules: { nonesuch: 'off' } }), { code: 'unknown-rule' })
  await assert.rejects(check({ cwd, chagned: 'main' }), { code: 'invalid-option' })
})

test('every rule that finds something has a page', async (t) => {
  const report = await check({ cwd: example(t, 'prisma-shop') })
  assert.ok(report.findings.length > 3)
  for (const { rule } of report.findings) assert.match(explain(rule), new RegExp(`^# ${rule}\n`))
  const listed = run(example(t, 'prisma-shop'), ['--rules'])
  assert.equal(listed.code, 0)
  assert.match(listed.out, /^drop-column +warning +A column goes/m)
  assert.match(listed.out, /^prefer-jsonb +style/m)
})

test('in CI only what the branch brings is checked', (t) => {
  const cwd = project(t, files)
  git(cwd, 'init', '-q')
  git(cwd, 'add', '-A')
  git(cwd, 'commit', '-qm', 'x')
  git(cwd, 'switch', '-qc', 'feature')
  const ci = run(cwd, [], { CI: 'true' })
  assert.equal(ci.code, 0)
  assert.match(ci.err, /^nothing found in 0 of 2 migrations \(those that changed since main\)/)
  assert.equal(run(cwd, ['--all'], { CI: 'true' }).code, 1)
  assert.equal(run(cwd, []).code, 1, 'elsewhere all are')
})

test('the formats of review pages', (t) => {
  const cwd = project(t, files)
  const github = run(cwd, ['--format', 'github'], { GITHUB_WORKSPACE: join(cwd, '..') })
  assert.equal(github.code, 1)
  assert.match(github.out, /^::error file=[^:]*\/prisma\/migrations\/2_next\/migration\.sql,line=2,endLine=2,col=21,endColumn=56,title=unmigrate%3A rename-column::/)
  const gitlab = JSON.parse(run(cwd, ['--format', 'gitlab']).out)
  assert.equal(gitlab[0].check_name, 'rename-column')
  assert.equal(new Set(gitlab.map((f) => f.fingerprint)).size, gitlab.length)
  const sarif = JSON.parse(run(cwd, ['--format', 'sarif']).out)
  assert.equal(sarif.runs[0].results.length, 2)
  assert.match(run(cwd, ['--format', 'junit']).out, /<testsuites name="unmigrate check" tests="2" failures="2">/)
  assert.match(run(cwd, ['--format', 'markdown']).out, /^<!-- unmigrate check -->\n### unmigrate check: 1 error, 1 warning\n/)
  const page = join(cwd, 'summary.md')
  run(cwd, ['--format', 'github', '--summary'], { GITHUB_STEP_SUMMARY: page })
  assert.match(readFileSync(page, 'utf8'), /unmigrate check: 1 error/)
  assert.equal(unmigrate(cwd, ['status', '--format', 'sarif']).code, 2)
})

test('a baseline, a rule turned off, and warnings that count', (t) => {
  const cwd = project(t, files)
  assert.equal(run(cwd, ['--rule', 'rename-column=off']).code, 0)
  assert.equal(run(cwd, ['--rule', 'rename-column=off', '--strict']).code, 1)
  assert.equal(run(cwd, ['--rule', 'rename-column']).code, 2)
  assert.equal(run(cwd, ['--write-baseline']).code, 0)
  assert.ok(existsSync(join(cwd, 'unmigrate-baseline.json')))
  const again = run(cwd, [])
  assert.equal(again.code, 0)
  assert.match(again.err, /2 in the baseline/)
  rmSync(join(cwd, 'unmigrate-baseline.json'))
  assert.equal(run(cwd, []).code, 1)
})
