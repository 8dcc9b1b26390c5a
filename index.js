// The functions of the addon, with what only JavaScript can do: evaluate a config file, and throw an Error with a code.
'use strict'

const binding = require('./js/binding.js')
const { loadConfig } = require('./js/config.js')
const { answer, forget, register } = require('./js/drivers.js')

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

/** A driver object that the addon can ask. */
function known(driver) {
  try {
    return register(driver)
  } catch (error) {
    throw Object.assign(error, { code: 'invalid-option', help: "see `driver` in unmigrate's index.d.ts" })
  }
}

/** Calls a verb with a session of the caller's, where there is one. */
async function withDriver(verb, options) {
  const { driver, ...others } = options ?? {}
  if (driver === undefined || driver === null) return orThrow(await verb(others, null, loadConfig, answer))
  const registered = known(driver)
  try {
    return orThrow(await verb(others, registered, loadConfig, answer))
  } finally {
    forget(registered)
  }
}

async function rollback(options) {
  return withDriver(binding.rollback, options)
}

async function doctor(options) {
  return withDriver(binding.doctor, options)
}

async function init(options) {
  return orThrow(await binding.init(options, loadConfig))
}

function inspect(sql, options) {
  return orThrow(binding.inspect(sql, options))
}

function explain(word) {
  return binding.explain(word)
}

module.exports = { generate, status, check, verify, rollback, init, doctor, inspect, explain }
