import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { unmigrate } from './cli.mjs'
import { example, folder, project } from './projects.mjs'

const INIT = 'drizzle/0000_init.down.sql'
const colored = (text) => stripVTControlCharacters(text) !== text

test('the same command over and over: missing, written, unchanged', (t) => {
  const cwd = example(t, 'drizzle-tasks')

  const bare = unmigrate(cwd, [])
  assert.equal(bare.code, 1, 'a missing rollback is something to fix')
  assert.match(bare.out, /0000_init\s+no rollback yet/)
  assert.match(bare.err, /unmigrate generate/)
  assert.ok(!existsSync(join(cwd, INIT)), 'status never writes')
  assert.equal(unmigrate(cwd, ['status']).out, bare.out, 'bare unmigrate is status')

  const check = unmigrate(cwd, ['generate', '--check'])
  assert.equal(check.code, 1)
  assert.match(check.out, /6 to write/)
  assert.ok(!existsSync(join(cwd, INIT)), '--check never writes')

  const first = unmigrate(cwd, ['generate'])
  assert.equal(first.code, 0)
  assert.match(first.out, /6 written/)
  const written = readFileSync(join(cwd, INIT), 'utf8')
  assert.match(written, /^-- unmigrate v1 (lossless|lossy|manual) up=sha256:[0-9a-f]{64} body=sha256:[0-9a-f]{64} base=sha256:[0-9a-f]{64}\n/)

  const second = unmigrate(cwd, ['generate'])
  assert.equal(second.code, 0)
  assert.match(second.out, /6 unchanged/)
  assert.equal(readFileSync(join(cwd, INIT), 'utf8'), written)
  assert.equal(unmigrate(cwd, ['generate', '--check']).code, 0)
  assert.equal(unmigrate(cwd, []).code, 0)
})

test('one migration by name', (t) => {
  const cwd = example(t, 'drizzle-tasks')
  const { code, out } = unmigrate(cwd, ['generate', '0002_rename_name', '--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out).histories[0].migrations.map((m) => m.name), ['0002_rename_name'])
  assert.ok(existsSync(join(cwd, 'drizzle/0002_rename_name.down.sql')))
  assert.ok(!existsSync(join(cwd, INIT)))
})

test('an edited rollback stays as it is, and --force writes it again', (t) => {
  const cwd = example(t, 'drizzle-tasks')
  unmigrate(cwd, ['generate'])
  const file = join(cwd, INIT)
  const ours = readFileSync(file, 'utf8')
  writeFileSync(file, `${ours}-- by hand\n`)

  const kept = unmigrate(cwd, ['generate'])
  assert.equal(kept.code, 0, 'an edit is no fault')
  assert.match(kept.out, /5 unchanged, 1 edited by hand/)
  assert.match(readFileSync(file, 'utf8'), /-- by hand\n$/)

  assert.equal(unmigrate(cwd, ['generate', '--force']).code, 0)
  assert.equal(readFileSync(file, 'utf8'), ours)
})

test('nothing found: says where it looked, and exits with 2', (t) => {
  const { code, out, err } = unmigrate(folder(t), ['generate'])
  assert.equal(code, 2)
  assert.equal(out, '')
  assert.match(err, /^error\[[a-z-]+\]: /)
  assert.match(err, /--dir/)
})

test('an error in JSON is data', (t) => {
  const { code, out, err } = unmigrate(folder(t), ['status', '--json'])
  assert.equal(code, 2)
  assert.equal(err, '')
  const { version, error } = JSON.parse(out)
  assert.equal(version, 1)
  assert.match(error.code, /^[a-z-]+$/)
  assert.ok(error.message && error.help)
})

test('a history that is not supported does not stop the others', (t) => {
  const init = { 'migrations/20260101000000_init/migration.sql': 'CREATE TABLE t (id int);' }
  const files = {}
  for (const [dir, provider] of [['a', 'sqlserver'], ['b', 'sqlite']]) {
    files[`${dir}/prisma/migrations/migration_lock.toml`] = `provider = "${provider}"\n`
    for (const [path, sql] of Object.entries(init)) files[`${dir}/prisma/${path}`] = sql
  }
  const cwd = project(t, files)
  const { code, err } = unmigrate(cwd, ['generate'])
  assert.equal(code, 1)
  assert.match(err, /error\[unsupported-provider\]: .*sqlserver/)
  assert.ok(existsSync(join(cwd, 'b/prisma/migrations/20260101000000_init/down.sql')))
})

test('what the command line does not know is refused with 2', (t) => {
  const cwd = folder(t)
  for (const args of [['frobnicate'], ['generate', '--frobnicate'], ['inspect'], ['status', '--format', 'xml']]) {
    const { code, out, err } = unmigrate(cwd, args)
    assert.equal(code, 2, args.join(' '))
    assert.equal(out, '')
    assert.match(err, /^error: /)
  }
})

test('help and version are data', (t) => {
  const cwd = folder(t)
  const help = unmigrate(cwd, ['--help'])
  assert.equal(help.code, 0)
  assert.equal(help.err, '')
  for (const verb of ['status', 'generate', 'inspect', 'explain']) assert.match(help.out, new RegExp(`^  ${verb} `, 'm'))
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.equal(unmigrate(cwd, ['--version']).out, `unmigrate ${version}\n`)
})

test('colours: none without a terminal, none with NO_COLOR, some when forced', (t) => {
  const cwd = example(t, 'drizzle-tasks')
  assert.ok(!colored(unmigrate(cwd, ['status']).out))
  assert.ok(colored(unmigrate(cwd, ['status'], { env: { FORCE_COLOR: '1' } }).out))
  const both = unmigrate(cwd, ['status', '--nonsense'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
  assert.ok(!colored(both.err))
  assert.ok(!colored(unmigrate(cwd, ['status', '--json'], { env: { FORCE_COLOR: '1' } }).out), 'JSON never')
})

test('without a terminal stderr carries no progress', (t) => {
  assert.equal(unmigrate(example(t, 'drizzle-tasks'), ['generate']).err, '')
})

test('inspect reads a file or standard input; the rollback alone is data', (t) => {
  const cwd = project(t, { 'up.sql': 'CREATE TABLE t (id integer PRIMARY KEY);\n' })
  const file = unmigrate(cwd, ['inspect', 'up.sql', '--dialect', 'sqlite'])
  assert.equal(file.code, 0)
  assert.match(file.err, /1 statement/)
  const piped = unmigrate(cwd, ['inspect', '--dialect', 'sqlite'], { input: 'CREATE TABLE t (id integer PRIMARY KEY);\n' })
  assert.equal(piped.out, file.out)
  assert.equal(JSON.parse(unmigrate(cwd, ['inspect', '-', '--dialect', 'sqlite', '--json'], { input: 'SELECT 1' }).out).rollback.endsWith('\n'), true)

  assert.match(unmigrate(cwd, ['inspect', 'none.sql', '--dialect', 'sqlite']).err, /error\[unreadable\]: none\.sql/)
  assert.match(unmigrate(cwd, ['inspect', 'up.sql', '--dialect', 'oracle']).err, /error\[unknown-dialect\]/)
})

test('explain has a page for what the output says', (t) => {
  const cwd = folder(t)
  for (const word of [['lossy'], ['may', 'refuse'], ['stale'], ['unsupported-provider']]) {
    const { code, out } = unmigrate(cwd, ['explain', ...word])
    assert.equal(code, 0, word.join(' '))
    assert.ok(out.length > 100)
  }
  const unknown = unmigrate(cwd, ['explain', 'frobnicate'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.err, /`frobnicate`/)
})

test('a long result goes through a slow pipe whole', { skip: process.platform === 'win32' && 'no sh' }, async (t) => {
  const files = { 'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n' }
  for (let i = 0; i < 2000; i++) {
    files[`prisma/migrations/2026${String(i).padStart(10, '0')}_${'x'.repeat(150)}/migration.sql`] = `CREATE TABLE t${i} (id int);\n`
  }
  const cwd = project(t, files)
  const { spawn } = await import('node:child_process')
  const { root } = await import('./projects.mjs')
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${join(root, 'cli.js')}" status --json | (sleep 0.3; cat)`], { cwd })
  const chunks = []
  for await (const chunk of shell.stdout) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  assert.ok(text.length > 1_000_000)
  assert.equal(JSON.parse(text).histories[0].migrations.length, 2000)
})
