// Installs a tool once into `target/tools/<name>-<hash of its versions>`; later runs find it there.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tools } from './versions.mjs'

const cache = process.env.UNMIGRATE_TEST_TOOLS ?? fileURLToPath(new URL('../../target/tools', import.meta.url))

/** The folder in which a tool is installed. */
export function installed(name) {
  const dependencies = tools[name]
  if (!dependencies) throw new Error(`no tool ${name}: there are ${Object.keys(tools).join(', ')}`)
  const key = createHash('sha256').update(JSON.stringify(dependencies)).digest('hex').slice(0, 12)
  const dir = join(cache, `${name}-${key}`)
  if (!existsSync(dir)) install(dir, dependencies)
  return dir
}

/** Beside its place first: what is at its place is whole, also where two processes install at once. */
function install(dir, dependencies) {
  const beside = `${dir}.${process.pid}`
  mkdirSync(beside, { recursive: true })
  writeFileSync(join(beside, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const run = spawnSync(npm, ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: beside,
    stdio: ['ignore', 'ignore', 'inherit'],
    // Prisma's packages would wait for a download that tests neither need nor can count on.
    env: { ...process.env, PRISMA_SKIP_POSTINSTALL_GENERATE: '1', npm_config_ignore_scripts: 'true' },
  })
  try {
    if (run.status !== 0) throw run.error ?? new Error(`npm install ended with ${run.status} in ${beside}`)
    renameSync(beside, dir)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    if (!existsSync(dir)) throw error
  }
}
