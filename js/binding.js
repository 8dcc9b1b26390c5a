// Finds the addon for this platform: beside this package in a checkout, else in the platform package that npm installed.
'use strict'

const { existsSync, readFileSync } = require('node:fs')
const { dirname, join } = require('node:path')

const { name, version } = require('../package.json')

/** Every platform that there is a package for, by `platform-arch`, with the libraries that it may be linked with. */
const PLATFORMS = {
  'darwin-arm64': [''],
  'darwin-x64': [''],
  'linux-arm64': ['-gnu', '-musl'],
  'linux-x64': ['-gnu', '-musl'],
  'win32-arm64': ['-msvc'],
  'win32-x64': ['-msvc'],
}

/** Linux comes with glibc or with musl, and an addon for the one does not load with the other. */
function isMusl() {
  try {
    return readFileSync('/usr/bin/ldd', 'latin1').includes('musl')
  } catch {
    // No ldd: ask Node what it is linked with. Slow, since it gathers much more than this.
    const report = process.report?.getReport()
    return report !== undefined && !report.header.glibcVersionRuntime
  }
}

function target() {
  const platform = `${process.platform}-${process.arch}`
  const kinds = PLATFORMS[platform]
  if (!kinds) return undefined
  return platform + (kinds.length > 1 && isMusl() ? '-musl' : kinds[0])
}

/** The command that adds a package with the package manager at work here. */
function addCommand(wanted) {
  const add = { npm: 'npm install --save-dev', pnpm: 'pnpm add --save-dev', yarn: 'yarn add --dev', bun: 'bun add --dev' }
  const manager = managerAtWork()
  return { manager, command: `${add[manager]} ${wanted}` }
}

function managerAtWork() {
  const agent = /^(npm|pnpm|yarn|bun)\//.exec(process.env.npm_config_user_agent ?? '')
  if (agent) return agent[1]
  const locks = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' }
  for (let dir = process.cwd(); ; dir = dirname(dir)) {
    for (const [lock, manager] of Object.entries(locks)) if (existsSync(join(dir, lock))) return manager
    if (dir === dirname(dir)) return 'npm'
  }
}

function unsupported() {
  const known = Object.entries(PLATFORMS).flatMap(([platform, kinds]) => kinds.map((kind) => platform + kind))
  return Object.assign(new Error(`${name} has no addon for ${process.platform}-${process.arch}`), {
    code: 'unsupported-platform',
    help: `there is one for ${known.join(', ')}`,
  })
}

function missing(wanted, cause) {
  const libc = process.platform === 'linux' ? ` (libc: ${wanted.endsWith('-musl') ? 'musl' : 'glibc'})` : ''
  const { manager, command } = addCommand(`${wanted}@${version}`)
  const why = cause.code === 'MODULE_NOT_FOUND'
    ? `${wanted} is not installed: ${manager} left it out, because optional dependencies are off or because the lock file was written on another platform`
    : `${wanted} is installed but does not load: ${cause.message}`
  const message = `${name} can't start on ${process.platform}-${process.arch}${libc}. ${why}`
  return Object.assign(new Error(message, { cause }), { code: 'missing-binary', help: `add it: ${command}` })
}

function load() {
  const found = target()
  if (!found) throw unsupported()
  const local = join(__dirname, '..', `unmigrate.${found}.node`)
  if (existsSync(local)) return require(local)
  const wanted = `@unmigrate/binding-${found}`
  try {
    return require(wanted)
  } catch (error) {
    throw missing(wanted, error)
  }
}

module.exports = load()
