#!/usr/bin/env node
// The command line: the addon holds it, so that no second process has to start.
'use strict'

const { loadConfig } = require('./js/config.js')
const { answer } = require('./js/drivers.js')
const { runModule } = require('./js/module.js')

/** Says why nothing could run. The exit code is left to Node, which first writes out what is still to be written. */
function fail(error) {
  console.error(`error${error.code ? `[${error.code}]` : ''}: ${error.message}${error.help ? `\n  help ${error.help}` : ''}`)
  process.exitCode = 2
}

/** Scratch databases go before the process does. The worker that is using one meets an error then, and nobody hears it. */
function endOn(signal, dropScratch) {
  process.once(signal, () => {
    dropScratch()
    process.kill(process.pid, signal)
  })
}

async function main() {
  const { runCli, dropScratch } = require('./js/binding.js')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) endOn(signal, dropScratch)
  const code = await runCli(process.argv.slice(2), loadConfig, answer, runModule)
  if (typeof code === 'number') process.exitCode = code
  else fail(code)
}

main().catch(fail)
