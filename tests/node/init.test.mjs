// What `init` writes, and that the workflow's own script does what it says: with a `gh` and an `npx` that write down how they
// are called.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { init } from 'unmigrate'
import { unmigrate } from './cli.mjs'
import { project } from './projects.mjs'

const files = {
  'package.json': '{\n  "name": "shop",\n  "devDependencies": { "unmigrate": "0.1.0" }\n}\n',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/1_init/migration.sql': 'CREATE TABLE "users" ("id" INTEGER NOT NULL);\n',
}

function repository(t) {
  const cwd = project(t, files)
  execFileSync('git', ['init', '--quiet'], { cwd })
  return cwd
}

test('JavaScript gets what --json prints, and a dry run writes nothing', async (t) => {
  const cwd = repository(t)
  const report = await init({ cwd, dryRun: true })
  assert.deepEqual(report, JSON.parse(unmigrate(cwd, ['init', '--dry-run', '--json']).out))
  assert.deepEqual(report.files.map((f) => [f.path, f.change]), [['package.json', 'edited'], ['.github/workflows/unmigrate.yml', 'created']])
  assert.equal(readFileSync(join(cwd, 'package.json'), 'utf8'), files['package.json'])
})

test('what it did, a line per file', (t) => {
  const cwd = repository(t)
  const { code, out } = unmigrate(cwd, ['init'])
  assert.equal(code, 0)
  assert.match(out, /^edited {5}package\.json\n {11}added `db:check`: unmigrate check\n[^]*created {4}\.github\/workflows\/unmigrate\.yml\n/)
  assert.match(unmigrate(cwd, ['init']).out, /^unchanged {2}package\.json\n/)
  assert.match(unmigrate(cwd, ['init', '--hook']).out, /^created {4}\.git\/hooks\/pre-commit\n/)
})

/** The script of the workflow's last step. */
function script(cwd) {
  const text = readFileSync(join(cwd, '.github/workflows/unmigrate.yml'), 'utf8')
  return text.slice(text.lastIndexOf('run: |\n') + 7).replaceAll(/^ {10}/gm, '')
}

test('the workflow writes one comment, and the same one anew', { skip: process.platform === 'win32' }, (t) => {
  const cwd = repository(t)
  unmigrate(cwd, ['init'])
  const bin = join(cwd, 'bin')
  mkdirSync(bin)
  const put = (name, text) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, RUNNER_TEMP: cwd, REPOSITORY: 'o/r', PULL_REQUEST: '7' }
  const calls = (found, code) => {
    put('npx', `echo '<!-- unmigrate check -->'\nexit ${code}`)
    put('gh', `echo "$@" >> '${cwd}/calls'\ncase "$*" in *--jq*) printf '%s' '${found}';; esac`)
    writeFileSync(join(cwd, 'calls'), '')
    const done = spawnSync('bash', ['-eo', 'pipefail', '-c', script(cwd)], { cwd, env, encoding: 'utf8' })
    return { status: done.status, calls: readFileSync(join(cwd, 'calls'), 'utf8').trim().split('\n') }
  }
  const first = calls('', 0)
  assert.equal(first.status, 0)
  assert.match(first.calls.at(-1), /--method POST repos\/o\/r\/issues\/7\/comments --field body=@.*unmigrate\.md$/)
  const again = calls('41', 1)
  assert.equal(again.status, 0, 'findings are no failure of this step')
  assert.match(again.calls.at(-1), /--method PATCH repos\/o\/r\/issues\/comments\/41 /)
  assert.notEqual(calls('', 2).status, 0, 'that it failed is')
})
