// The functions of the addon, with what only JavaScript can do: evaluate a config file, and throw an Error with a code.
'use strict'

const binding = require('./js/binding.js')
const { loadConfig } = require('./js/config.js')
const { answer, forget, register } = require('./js/drivers.js')
const { runModule } = require('./js/module.js')

/** The addon gives back a problem in place of a result, since a promise that it rejects can't carry more than a word. */
function orThrow(outcome) {
  if (typeof outcome.severity !== 'string') return outcome
  const { message, code, help, path } = outcome
  throw Object.assign(new Error(message), path === undefined ? { code, help } : { code, help, path })
}

async function generate(options) {
  return orThrow(await binding.generate(options, loadConfig, answer))
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

/** Calls a function of the addon that works on a URL's database, or on the session that `driver` is. */
async function onSite(verb, options) {
  const { driver, ...others } = options ?? {}
  if (driver === undefined || driver === null) return orThrow(await verb(others, null, loadConfig, answer))
  const registered = known(driver)
  try {
    return orThrow(await verb(others, registered, loadConfig, answer))
  } finally {
    forget(registered)
  }
}

async function status(options) {
  return onSite(binding.status, options)
}

async function rollback(options) {
  return onSite(binding.rollback, options)
}

async function resolve(options) {
  return onSite(binding.resolve, options)
}

async function deploy(options) {
  return onSite(binding.deploy, options)
}

async function archive(options) {
  return onSite(binding.archive, options)
}

async function doctor(options) {
  return onSite(binding.doctor, options)
}

async function revert(options) {
  return orThrow(await binding.revert(options, loadConfig))
}

async function compat(options) {
  return orThrow(await binding.compat(options, loadConfig))
}

async function expand(options) {
  return orThrow(await binding.expand(options, loadConfig))
}

async function backfill(options) {
  return orThrow(await binding.backfill(options, loadConfig, runModule))
}

async function contract(options) {
  return orThrow(await binding.contract(options, loadConfig))
}

async function plan(options) {
  return orThrow(await binding.plan(options, loadConfig))
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

module.exports = {
  generate, status, check, compat, verify, rollback, resolve, deploy, doctor, revert, archive, expand, backfill, contract,
  plan, init, inspect, explain,
}
