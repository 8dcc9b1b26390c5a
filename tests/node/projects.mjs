// Projects to test on: copies of the examples, and folders written on the spot, below a temporary folder that is removed
// when the test ends.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** An empty folder. */
export function folder(t) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'unmigrate-test-')))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A copy of `examples/<name>`. */
export function example(t, name) {
  const dir = folder(t)
  cpSync(join(root, 'examples', name), dir, { recursive: true })
  return dir
}

/** A folder with these files: path to text. */
export function project(t, files) {
  const dir = folder(t)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}
