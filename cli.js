#!/usr/bin/env node
// The command line: the addon holds it, so that no second process has to start.
'use strict'

const { loadConfig } = require('./js/config.js')
const { answer } = require('./js/drivers.js')

/** Says why nothing could run. The exit code is left to Node, which first writes out what is still to be written. */
function fail(error) {
  console.error(`error${error.code ? `[${error.code}]` : ''}: ${error.message}${error.help ? `\n  help ${error.help}` : ''}`)
  process.exitCode = 2
}

async function main() {
  const { runCli } = require('./js/binding.js')
  const code = await runCli(process.argv.slice(2), loadConfig, answer)
  if (typeof code === 'number') process.exitCode = code
  else fail(code)
}

main().catch(fail)
