// An engine in a thread of its own (engine.js), so that two are at work at the same time and Node's own thread stays free.
'use strict'

const { join } = require('node:path')
const { Worker } = require('node:worker_threads')

/** A thread with an engine in it. */
class EngineThread {
  #worker
  /** Who waits for an answer, in the order of the questions. */
  #waiting = []
  /** Why there is no engine any more. */
  #why

  /** `opening`: the request to open the engine. */
  constructor(opening) {
    this.#worker = new Worker(join(__dirname, 'engine.js'), { workerData: opening })
    // Nobody's process stays for its sake.
    this.#worker.unref()
    this.#worker.on('message', (answer) => this.#waiting.shift()?.resolve(answer))
    this.#worker.on('error', (error) => this.#gone(error.message))
    this.#worker.on('exit', () => this.#gone('it has ended'))
    this.opened = this.#answer()
  }

  /** What the engine answers to a request: a text, as `answer` of drivers.js gives it. */
  ask(request) {
    this.#worker.postMessage(request)
    return this.#answer()
  }

  /** Ends the engine with its thread. */
  async end() {
    await this.#worker.terminate()
  }

  #answer() {
    if (this.#why) return Promise.reject(this.#why)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  #gone(why) {
    if (!this.#why) {
      this.#why = new Error(`the thread of the engine is gone: ${why}`)
      // As Node says it of a server that is gone.
      this.#why.code = 'ECONNRESET'
    }
    for (const { reject } of this.#waiting.splice(0)) reject(this.#why)
  }
}

module.exports = { EngineThread }
