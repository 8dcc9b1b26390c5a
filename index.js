// The functions of the addon, with what only JavaScript can do: evaluate a config file, and throw an Error with a code.
'use strict'

const binding = require('./js/binding.js')
const { loadConfig } = require('./js/config.js')
const { answer } = require('./js/drivers.js')

/** The addon gives back a problem in place of a result, since a promise that it rejects can't carry more than a word. */
function orThrow(outcome) {
  if (typeof outcome.severity !== 'string') return outcome
  const { message, code, help, path } = outcome
  throw Object.assign(new Error(message), path === undefined ? { code, help } : { code, help, path })
}

async function generate(options) {
  return orThrow(await binding.generate(options, loadConfig, answer))
}

async function status(options) {
  return orThrow(await binding.status(options, loadConfig))
}

async function check(options) {
  return orThrow(await binding.check(options, loadConfig))
}

async function verify(options) {
  return orThrow(await binding.verify(options, loadConfig, answer))
}

function inspect(sql, options) {
  return orThrow(binding.inspect(sql, options))
}

function explain(word) {
  return binding.explain(word)
}

module.exports = { generate, status, check, verify, inspect, explain }
