// Runs the command line as a shell does.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './projects.mjs'

/** stdout, stderr and the exit code of `unmigrate <args>` in `cwd`, without a terminal. */
export function unmigrate(cwd, args, { env = {}, input = '', script = join(root, 'cli.js') } = {}) {
  const { NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, ...clean } = process.env
  const done = spawnSync(process.execPath, [script, ...args], { cwd, input, env: { ...clean, ...env }, encoding: 'utf8' })
  return { out: done.stdout, err: done.stderr, code: done.status }
}
