// A client of a SQLite file for the load test: a connection in a thread of its own, since its calls wait in place.
import { createRequire } from 'node:module'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

/** Prisma and Drizzle's drivers wait five seconds for who writes; a file that servers share is in WAL. */
const USUAL = 'PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON'

if (!isMainThread && workerData?.sqlite) {
  const Database = createRequire(workerData.from)('libsql')
  const db = new Database(workerData.sqlite)
  db.exec(USUAL)
  const prepared = new Map()
  const statement = (sql) => prepared.get(sql) ?? prepared.set(sql, db.prepare(sql)).get(sql)
  const plain = ({ _metadata, ...row }) => row
  const does = {
    query: (sql, values) => (/^\s*SELECT/i.test(sql) ? statement(sql).all(...values).map(plain) : (statement(sql).run(...values), [])),
    change: (sql, values) => statement(sql).run(...values).changes,
    script: (sql) => void db.exec(sql),
    end: () => void db.close(),
  }
  parentPort.on('message', ({ number, call, sql, values = [] }) => {
    try {
      parentPort.postMessage({ number, result: does[call](sql, values) })
    } catch (error) {
      parentPort.postMessage({ number, failure: error.message })
    }
    if (call === 'end') parentPort.close()
  })
}

/** A client of the file, with the package that `from` finds. */
export function connect(file, from) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { sqlite: file, from } })
  const waiting = new Map()
  let last = 0
  worker.on('message', ({ number, result, failure }) => {
    const { done, refuse } = waiting.get(number)
    waiting.delete(number)
    if (failure === undefined) done(result)
    else refuse(new Error(failure))
  })
  worker.on('error', (error) => waiting.forEach(({ refuse }) => refuse(error)))
  const ask = (call, sql, values) =>
    new Promise((done, refuse) => {
      last += 1
      waiting.set(last, { done, refuse })
      worker.postMessage({ number: last, call, sql, values })
    })
  return {
    query: (sql, values) => ask('query', sql, values),
    change: (sql, values) => ask('change', sql, values),
    script: (sql) => ask('script', sql),
    end: () => ask('end'),
  }
}
