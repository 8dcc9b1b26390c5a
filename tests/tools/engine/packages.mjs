// The engine's packages lie in the cache of tools, not beside this file.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const home = process.env.UNMIGRATE_TEST_ENGINE
if (!home) throw new Error('UNMIGRATE_TEST_ENGINE names the folder in which the engine is installed')

/** `require` from where the engine is installed. */
export const engineRequire = createRequire(join(home, 'package.json'))
