// The package as it is published: its loader, its types, its platform packages and the way npx runs it.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from './cli.mjs'
import { example, folder, root } from './projects.mjs'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const addon = readdirSync(root).find((file) => /^unmigrate\..*\.node$/.test(file))
const target = addon.split('.')[1]

/** node_modules with unmigrate as npm would unpack it, without any platform package. */
function installed(dir) {
  const into = join(dir, 'node_modules/unmigrate')
  mkdirSync(into, { recursive: true })
  for (const file of ['package.json', ...manifest.files]) cpSync(join(root, file), join(into, file), { recursive: true })
  return into
}

/** The platform package beside it. */
function withPlatformPackage(dir) {
  const into = join(dir, 'node_modules/@unmigrate', `binding-${target}`)
  mkdirSync(into, { recursive: true })
  copyFileSync(join(root, 'npm', target, 'package.json'), join(into, 'package.json'))
  copyFileSync(join(root, addon), join(into, addon))
}

test('npx unmigrate, from a project and from a folder in it', (t) => {
  const cwd = example(t, 'drizzle-tasks')
  installed(cwd)
  withPlatformPackage(cwd)
  mkdirSync(join(cwd, 'node_modules/.bin'))
  symlinkSync('../unmigrate/cli.js', join(cwd, 'node_modules/.bin/unmigrate'))
  const npx = (...args) => spawnSync('npx', ['--no', 'unmigrate', ...args], { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  const done = npx('generate')
  assert.equal(done.status, 0, done.stderr)
  assert.match(done.stdout, /6 written/)
  assert.equal(npx().status, 0)
})

test('a missing platform package: what, for which platform, and the line to add', (t) => {
  const cwd = folder(t)
  const script = join(installed(cwd), 'cli.js')
  const wanted = `@unmigrate/binding-${target}`
  const managers = {
    npm: `npm install --save-dev ${wanted}@${manifest.version}`,
    pnpm: `pnpm add --save-dev ${wanted}@${manifest.version}`,
    yarn: `yarn add --dev ${wanted}@${manifest.version}`,
    bun: `bun add --dev ${wanted}@${manifest.version}`,
  }
  for (const [manager, line] of Object.entries(managers)) {
    const { code, out, err } = unmigrate(cwd, ['status'], { script, env: { npm_config_user_agent: `${manager}/9.0.0 node/v20` } })
    assert.equal(code, 2)
    assert.equal(out, '')
    assert.match(err, /^error\[missing-binary\]: /)
    for (const part of [`${process.platform}-${process.arch}`, wanted, `: ${manager} `, line]) assert.ok(err.includes(part), `${part} in ${err}`)
    if (process.platform === 'linux') assert.match(err, /libc: (glibc|musl)/)
    assert.doesNotMatch(err, /node:internal/, 'no stack')
  }
})

test('without a user agent the lock file tells the package manager', (t) => {
  const cwd = folder(t)
  const script = join(installed(cwd), 'cli.js')
  writeFileSync(join(cwd, 'pnpm-lock.yaml'), '')
  assert.match(unmigrate(cwd, [], { script, env: { npm_config_user_agent: '' } }).err, /pnpm add --save-dev/)
})

test('a platform without a package is named', (t) => {
  const cwd = folder(t)
  const into = installed(cwd)
  const script = `Object.defineProperty(process, 'platform', { value: 'sunos' }); require(${JSON.stringify(into)})`
  const done = spawnSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8' })
  assert.match(done.stderr, /no addon for sunos-/)
  assert.match(done.stderr, /unsupported-platform/)
})

test('every target has its committed manifest and its optional dependency', () => {
  const folders = readdirSync(join(root, 'npm')).sort()
  assert.equal(folders.length, manifest.napi.targets.length)
  const expected = Object.fromEntries(folders.map((f) => [`@unmigrate/binding-${f}`, manifest.version]))
  assert.deepEqual(manifest.optionalDependencies, expected)
  for (const name of folders) {
    const own = JSON.parse(readFileSync(join(root, 'npm', name, 'package.json'), 'utf8'))
    assert.equal(own.name, `@unmigrate/binding-${name}`)
    assert.equal(own.version, manifest.version)
    assert.equal(own.main, `unmigrate.${name}.node`)
    assert.deepEqual(own.files, [own.main])
    assert.equal(`${own.os}-${own.cpu}`, name.split('-').slice(0, 2).join('-'))
    const libc = { gnu: ['glibc'], musl: ['musl'] }[name.split('-')[2]]
    assert.deepEqual(own.libc, libc)
    assert.equal(own.engines.node, manifest.engines.node)
  }
})

test('one version everywhere', () => {
  const cargo = /^\[workspace\.package\]\nversion = "(.*)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))
  assert.equal(cargo[1], manifest.version)
})

test('what is published is all that is needed, and no more', () => {
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: process.platform === 'win32' }))
  const js = ['adapters', 'binding', 'config', 'drivers', 'engine', 'module', 'pglite', 'thread'].map((name) => `js/${name}.js`)
  const expected = ['LICENSE', 'README.md', 'cli.js', 'index.d.ts', 'index.js', ...js, 'package.json']
  assert.deepEqual(files.map((f) => f.path).sort(), expected.filter((f) => existsSync(join(root, f))))
})

test('index.d.ts is what the addon says of itself', (t) => {
  const fresh = join(root, 'target/index.d.ts')
  assert.ok(existsSync(fresh), 'npm run build:debug writes it there')
  assert.equal(readFileSync(join(root, 'index.d.ts'), 'utf8'), readFileSync(fresh, 'utf8'), 'run npm run build, and commit index.d.ts')
})

test('index.d.ts reads as TypeScript, in ESM and CommonJS, and says what comes back', (t) => {
  const cwd = folder(t)
  installed(cwd)
  const use = `
    const verdict: 'lossless' | 'lossy' | 'manual' | null = inspect('SELECT 1', { dialect: 'postgresql' }).grade
    const files: Promise<string[]> = generate({ check: true }).then((r) => r.histories.flatMap((h) => h.migrations.map((m) => m.down)))
    const one: Promise<1> = status().then((r) => r.version)
    const page: string | null = explain('lossy')
    const undone: Promise<string[]> = rollback({ driver: {}, confirm: 'shop', continue: true }).then((r) => r.outcome.done)
    // @ts-expect-error: there is no such option
    generate({ chekc: true })
    // @ts-expect-error: nor this one
    rollback({ yes: true })
    export { verdict, files, one, page, undone }`
  writeFileSync(join(cwd, 'esm.mts'), `import { explain, generate, inspect, rollback, status } from 'unmigrate'${use}`)
  writeFileSync(join(cwd, 'cjs.cts'), `import { explain, generate, inspect, rollback, status } from 'unmigrate'${use}`)
  writeFileSync(join(cwd, 'backfill.mts'), `import type { BackfillModule } from 'unmigrate'
    export default {
      table: 'posts',
      columns: ['title'],
      where: 'slug IS NULL',
      async run({ rows, key, sql }) {
        const [found] = await sql\`SELECT count(*) AS n FROM posts WHERE id IN \${rows.map((row) => row[key[0]!])}\`
        return found?.n === '0' ? [] : rows.map(({ id, title }) => ({ id, slug: title!.toLowerCase() }))
      },
    } satisfies BackfillModule`)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const done = spawnSync(process.execPath, [tsc, '--noEmit', '--strict', '--isolatedModules', '--module', 'nodenext', 'esm.mts', 'cjs.cts', 'backfill.mts'], { cwd, encoding: 'utf8' })
  assert.equal(done.stdout, '')
  assert.equal(done.status, 0)
})
