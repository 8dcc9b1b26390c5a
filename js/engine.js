// What runs in the thread of an engine (thread.js): it opens the engine, and answers one request after the other.
'use strict'

const { parentPort, workerData } = require('node:worker_threads')
const { answer, openHere } = require('./drivers.js')

let last = openHere(workerData).then((opened) => parentPort.postMessage(opened))
parentPort.on('message', (request) => {
  last = last.then(() => answer(request)).then((text) => parentPort.postMessage(text))
})
