// What `verify` costs over one folder of migrations, beside running the same files alone through the same driver: in one
// process, so that its memory can be told. Asked by bench.mjs.
//
//   node scripts/bench-verify.mjs DIR server URL    on a server
//   node scripts/bench-verify.mjs DIR pglite        on PGlite
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const binding = require('../js/binding.js')
const { loadConfig } = require('../js/config.js')
const { answer } = require('../js/drivers.js')

const [dir, engine, scratchUrl] = process.argv.slice(2)
// PGlite is taken out of the packages of the working directory.
const cwd = dirname(dirname(fileURLToPath(import.meta.url)))
const found = await binding.measureVerify({ cwd, dirs: [dir], engine, scratchUrl }, loadConfig, answer)
if (!Array.isArray(found)) throw new Error(`${found.message} (${found.help})`)
console.log(JSON.stringify({ ...found[0], memory: process.resourceUsage().maxRSS * 1024 }))
