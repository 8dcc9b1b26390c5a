import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { generate, status } from 'unmigrate'
import { example, project, root } from './projects.mjs'

const SQL = 'CREATE TABLE t (id integer);\n'
const JOURNAL = JSON.stringify({
  version: '7', dialect: 'sqlite', entries: [{ idx: 0, version: '6', when: 1, tag: '0000_init', breakpoints: true }],
})
/** A Drizzle project whose folder only its config names: it lies outside of the project. */
function elsewhere(t, config, more = {}) {
  const own = { 'package.json': '{ "name": "app" }', 'drizzle.config.ts': config, ...more }
  const dir = project(t, {
    'db/history/0000_init.sql': SQL,
    'db/history/meta/_journal.json': JOURNAL,
    ...Object.fromEntries(Object.entries(own).map(([path, text]) => [`app/${path}`, text])),
  })
  return join(dir, 'app')
}
const LOCK = 'provider = "sqlite"\n'
const FOUND = [['../db/history', ['0000_init']]]
const names = (report) => report.histories.map((h) => [h.dir, h.migrations.map((m) => m.name)])

test('a config in TypeScript names the folder', async (t) => {
  const cwd = elsewhere(t, `
    enum Folder { Out = '../db/history' }
    interface Config { out: string }
    export default { dialect: 'sqlite', out: Folder.Out, client: { connect() {} } } satisfies Config`)
  assert.deepEqual(names(await status({ cwd })), FOUND)
})

test('a config sees the .env beside it, and the process does not', async (t) => {
  const cwd = elsewhere(t, `
    if (!process.env.UNMIGRATE_TEST_OUT) throw new Error('UNMIGRATE_TEST_OUT is not set')
    export default { dialect: 'sqlite', out: process.env.UNMIGRATE_TEST_OUT }`, { '.env': 'UNMIGRATE_TEST_OUT=../db/history\n' })
  assert.deepEqual(names(await status({ cwd })), FOUND)
  assert.equal(process.env.UNMIGRATE_TEST_OUT, undefined)
})

test('a Prisma config does not see the .env beside it: Prisma itself loads none where there is a config', async (t) => {
  const dir = project(t, {
    'db/seen/migration_lock.toml': LOCK,
    'db/seen/1_init/migration.sql': SQL,
    'db/unseen/migration_lock.toml': LOCK,
    'db/unseen/1_init/migration.sql': SQL,
    'app/package.json': '{ "name": "app" }',
    'app/.env': 'UNMIGRATE_TEST_OUT=../db/seen\n',
    'app/prisma.config.ts': `export default { migrations: { path: process.env.UNMIGRATE_TEST_OUT ?? '../db/unseen' } }`,
  })
  assert.deepEqual(names(await status({ cwd: join(dir, 'app') })), [['../db/unseen', ['1_init']]])
})

test('a config that imports through a path alias', async (t) => {
  const cwd = elsewhere(t, `import { out } from '@/paths'\nexport default { dialect: 'sqlite', out }`, {
    'src/paths.ts': `export const out: string = '../db/history'`,
    'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }',
  })
  assert.deepEqual(names(await status({ cwd })), FOUND)
})

test('a config that throws is named, with its words', async (t) => {
  const cwd = elsewhere(t, `throw new Error('no database here')`)
  const said = await status({ cwd }).then(
    (report) => report.problems.map((p) => `${p.message} ${p.path}`).join(),
    (error) => `${error.message} ${error.path}`,
  )
  assert.match(said, /drizzle\.config\.ts/)
  assert.match(said, /no database here/)
})

test('a config that is not needed is not evaluated, nor is its loader read', (t) => {
  const cwd = example(t, 'drizzle-tasks') // its config would import drizzle-kit, which is not installed there
  const script = `
    const { generate } = require('unmigrate')
    generate({ cwd: ${JSON.stringify(cwd)} }).then((report) => {
      const jiti = Object.keys(require.cache).filter((file) => /[\\\\/]jiti[\\\\/]/.test(file))
      console.log(JSON.stringify([report.histories.length, report.problems, jiti]))
    })`
  const done = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' })
  assert.equal(done.stdout, '[1,[],[]]\n', done.stderr)
})

test('nothing is written but rollbacks', async (t) => {
  const cwd = elsewhere(t, `export default { dialect: 'sqlite', out: '../db/history' }`)
  const all = () => readdirSync(join(cwd, '..'), { recursive: true })
  const before = all()
  await generate({ cwd })
  const added = all().filter((path) => !before.includes(path))
  assert.deepEqual(added.filter((path) => !path.includes('_unmigrate.json')), [join('db', 'history', '0000_init.down.sql')])
})
