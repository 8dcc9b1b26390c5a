// Runs a real migration tool on a project: `node run.mjs <tool> <project> <arguments...>`, with the database in
// DATABASE_URL. `node run.mjs install <tool...>` only installs.
//
// The project is made ready for it: `node_modules` becomes a link to the tool's, and nothing else is touched.
import { spawnSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from './install.mjs'

const [tool, project, ...args] = process.argv.slice(2)

if (tool === 'install') {
  for (const name of [project, ...args]) installed(name)
  process.exit(0)
}

const home = installed(tool)
const modules = join(project, 'node_modules')
if (!existsSync(modules)) symlinkSync(join(home, 'node_modules'), modules, 'junction')

const bin = tool.startsWith('prisma') ? 'prisma/build/index.js' : 'drizzle-kit/bin.cjs'
const run = spawnSync(process.execPath, [join(home, 'node_modules', bin), ...args], {
  cwd: project,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, NO_COLOR: '1', ...(tool.startsWith('prisma') ? prisma() : {}) },
})
process.exit(run.status ?? 2)

/** Prisma with our stand for the binary that it would download. */
function prisma() {
  return {
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(new URL('engine/schema-engine.mjs', import.meta.url)),
    // Up to 6 the file has only to be there: no query is made.
    PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
    UNMIGRATE_TEST_ENGINE: installed(tool === 'prisma-7' ? 'prisma-7-engine' : 'prisma-6-engine'),
  }
}
