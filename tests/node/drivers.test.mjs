// Drivers in JavaScript, seen from Rust.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { running } from './deployed.mjs'
import { root } from './projects.mjs'

const require = createRequire(import.meta.url)
const binding = require('../../js/binding.js')
const { answer, register, text } = require('../../js/drivers.js')

/** What came of each step through a client. */
const through = (client, ...steps) => binding.tryDriver({ driver: register(client), steps }, answer)
const embedded = (dir, extensions, ...steps) => binding.tryDriver({ extensions, dir, steps }, answer)

test('PGlite in memory: values as PostgreSQL prints them', async () => {
  const [product, abilities, script, count, rows, none] = await embedded(
    root,
    ['pg_trgm', 'uuid-ossp', 'citext', 'hstore', 'ltree', 'pgcrypto', 'plpgsql'],
    ['product', ''],
    ['abilities', ''],
    [
      'script',
      `CREATE EXTENSION pg_trgm; CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION citext; CREATE EXTENSION hstore;
       CREATE EXTENSION ltree; CREATE EXTENSION pgcrypto; CREATE TYPE mood AS ENUM ('sad', 'ok');
       CREATE TABLE t (a int, b bool, c timestamptz, d int[], e mood[], f bytea, g jsonb, h float8);
       INSERT INTO t VALUES (1, true, '2020-01-01 00:00:00+00', '{1,2}', '{sad}', '\\xff', '{"a":1}', 0.1);
       INSERT INTO t VALUES (2)`,
    ],
    ['execute', 'UPDATE t SET a = a + 1'],
    ['query', 'SELECT a, b, c, d, e, f, g, h FROM t ORDER BY a'],
    ['query', 'SELECT a FROM t WHERE false'],
  )
  assert.match(product, /^PostgreSQL 1\d\.\d+$/)
  assert.deepEqual(abilities, ['postgresql', true, true])
  assert.equal(script, null)
  assert.equal(count, 2)
  assert.deepEqual(rows[0], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  assert.deepEqual(rows[1], [
    ['2', 't', '2020-01-01 00:00:00+00', '{1,2}', '{sad}', '\\xff', '{"a": 1}', '0.1'],
    ['3', null, null, null, null, null, null, null],
  ])
  assert.deepEqual(none, [['a'], []])
})

test('PGlite: refusals, and made empty again', async () => {
  const query = "SELECT 'ö', nonesuch"
  const [refused, , unique, half, , gone] = await embedded(
    root,
    [],
    ['query', query],
    ['script', 'CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1)'],
    ['execute', 'INSERT INTO t VALUES (1)'],
    ['query', 'SELECT count(*) FROM t'],
    ['fresh', ''],
    ['query', "SELECT to_regclass('t'), nspname, nspowner::regrole FROM pg_namespace WHERE nspname = 'public'"],
  )
  assert.equal(refused.kind, 'Refused')
  assert.equal(refused.code, '42703')
  assert.equal(refused.offset, Buffer.from("SELECT 'ö', ").length)
  assert.equal(unique.code, '23505')
  assert.match(unique.message, /Key \(a\)=\(1\) already exists/)
  assert.deepEqual(half[1], [['1']])
  assert.deepEqual(gone[1], [[null, 'public', 'pg_database_owner']])
})

test('what PGlite has not, with the way out', async (t) => {
  const empty = mkdtempSync(join(tmpdir(), 'unmigrate-'))
  t.after(() => rmSync(empty, { recursive: true }))
  const [missing] = await embedded(empty, [])
  assert.equal(missing.kind, 'Unsupported')
  assert.equal(missing.hint, 'npm install --save-dev @electric-sql/pglite')
  const [vector] = await embedded(root, ['vector'])
  assert.equal(vector.hint, 'npm install --save-dev @electric-sql/pglite-pgvector')
  const [path] = await embedded(root, ['../../../etc/passwd'])
  assert.equal(path.kind, 'Unsupported')
  assert.match(path.message, /carries no extension/)
})

test('libSQL', async (t) => {
  const { createClient } = require('@libsql/client')
  const client = createClient({ url: ':memory:' })
  t.after(() => client.close())
  const [abilities, , count, rows, refused, , undone] = await through(
    client,
    ['abilities', ''],
    ['script', "CREATE TABLE t (a PRIMARY KEY, b); INSERT INTO t VALUES (1, 'ö'), (2.5, x'00ff'), (3, NULL)"],
    ['execute', 'UPDATE t SET a = a + 10 WHERE a > 1'],
    ['query', 'SELECT a, b, a AS a FROM t'],
    ['execute', 'INSERT INTO t VALUES (1, 1)'],
    ['script', 'BEGIN; DELETE FROM t; ROLLBACK'],
    ['query', 'SELECT count(*) FROM t'],
  )
  assert.deepEqual(abilities, ['sqlite', false, false])
  assert.equal(count, 2)
  assert.deepEqual(rows[1], [['1', 'ö', '1'], ['12.5', "x'00FF'", '12.5'], ['13', null, '13']])
  assert.equal(refused.kind, 'Refused')
  assert.match(refused.code, /^SQLITE_CONSTRAINT/)
  assert.deepEqual(undone[1], [['3']])
})

test('a driver object: everything that a value can be, and a script without `script`', async () => {
  const ran = []
  const driver = {
    dialect: 'postgresql',
    transactions: true,
    async execute(sql) {
      ran.push(sql)
      if (sql.includes('bad')) throw Object.assign(new Error('no'), { code: '42P01', position: '3', hint: 'h' })
    },
    query: async () => [
      { a: 1, b: 'x', c: true, d: null, e: 10n, f: new Uint8Array([255, 0]), g: new Date(0), h: { i: [1n] }, j: undefined },
    ],
  }
  const [abilities, script, failed, rows] = await through(
    driver,
    ['abilities', ''],
    ['script', 'CREATE TABLE a (b int); CREATE TABLE c (d int)'],
    ['script', 'SELECT 1; bad; SELECT 2'],
    ['query', ''],
  )
  assert.deepEqual(abilities, ['postgresql', false, true])
  assert.equal(script, null)
  assert.deepEqual(failed, { kind: 'Refused', code: '42P01', message: 'no', hint: 'h', number: null, offset: 12 })
  assert.deepEqual(ran, [
    'BEGIN', 'CREATE TABLE a (b int)', 'CREATE TABLE c (d int)', 'COMMIT', 'BEGIN', 'SELECT 1', 'bad', 'ROLLBACK',
  ])
  assert.deepEqual(rows[0], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j'])
  assert.deepEqual(rows[1], [['1', 'x', 't', null, '10', '\\xff00', '1970-01-01T00:00:00.000Z', '{"i":["1"]}', null]])
  assert.equal(text(new Uint8Array([255]), 'mysql'), '0xFF')
  assert.equal(text(true, 'mysql'), '1')
})

test('drivers that misbehave end no process', async () => {
  const dialect = 'sqlite'
  const broken = {
    dialect,
    execute() {
      throw undefined
    },
    query: () => Promise.reject('words alone'),
  }
  const [thrown, rejected] = await through(broken, ['execute', ''], ['query', ''])
  assert.equal(thrown.message, 'undefined')
  assert.equal(rejected.message, 'words alone')
  const odd = { dialect, execute: () => 'many', query: () => 7 }
  assert.deepEqual(await through(odd, ['execute', ''], ['query', '']), [0, [[], []]])
  // The function that answers is ours and does not throw; were it to, that ends nothing either.
  const driver = register(odd)
  for (const bad of [() => { throw new Error('at once') }, () => Promise.reject(new Error('later')), async () => 'no JSON']) {
    const [failure] = await binding.tryDriver({ driver, steps: [['execute', '']] }, bad)
    assert.ok(['Lost', 'Unsupported'].includes(failure.kind), JSON.stringify(failure))
  }
})

test('clients are told by what they can do', () => {
  const f = () => {}
  assert.equal(register({ query: f, connect: f }).dialect, 'postgresql')
  assert.equal(register({ prepare: f, exec: f }).dialect, 'sqlite')
  assert.deepEqual(
    [register({ execute: f, executeMultiple: f, batch: f, protocol: 'https' })].map((d) => [d.pinned, d.transactions]),
    [[false, false]],
  )
  assert.throws(() => register({ query: f, connect: f, totalCount: 1 }), /Pool/)
  assert.throws(() => register({ execute: f, query: f }), /dialect/)
  assert.throws(() => register({ dialect: 'sqlite', query: f }), /execute/)
  assert.throws(() => register(null), /object/)
})

test('a client with the shape of better-sqlite3', async () => {
  const calls = []
  const statement = (sql) => ({
    reader: /^(SELECT|PRAGMA)/.test(sql),
    safeIntegers: () => calls.push('safe'),
    raw: () => calls.push('raw'),
    columns: () => [{ name: 'a' }, { name: 'a' }],
    all: () => [[9007199254740993n, 0.5]],
    run: () => ({ changes: 3 }),
  })
  const db = { prepare: statement, exec: (sql) => calls.push(sql) }
  const steps = [['execute', 'DELETE'], ['execute', 'PRAGMA x'], ['query', 'SELECT'], ['query', 'DELETE'], ['script', 'a;b']]
  const [deleted, pragma, rows, none] = await through(db, ...steps)
  assert.deepEqual([deleted, pragma], [3, 0])
  assert.deepEqual(rows, [['a', 'a'], [['9007199254740993', '0.5']]])
  assert.deepEqual(none, [[], []])
  assert.equal(calls.at(-1), 'a;b')
})

test('drivers in Rust work on the worker thread', async () => {
  const ask = (url) => binding.tryDriver({ url, steps: [['product', ''], ['query', 'SELECT 1']] }, answer)
  const [lost] = await ask('postgresql://u:canary@127.0.0.1:1/d')
  assert.equal(lost.kind, 'Lost')
  assert.ok(!JSON.stringify(lost).includes('canary'))
  const [sqlite, rows] = await ask(':memory:')
  assert.match(sqlite, /^SQLite 3/)
  assert.deepEqual(rows[1], [['1']])
  for (const [url, name] of [
    [running('postgres'), /^PostgreSQL/],
    [running('mysql'), /^(MariaDB|MySQL)/],
  ]) {
    const [product, answered] = await ask(url)
    assert.match(product, name)
    assert.deepEqual(answered[1], [['1']])
  }
})

test('PGlite in threads of their own: two at the same time, and one that ends is lost', async () => {
  const { EngineThread } = require('../../js/thread.js')
  const ask = async (thread, op, sql) => JSON.parse(await thread.ask(JSON.stringify({ op, id: 1, sql })))
  const begin = () => new EngineThread({ id: 1, dialect: 'postgresql', extensions: [], dir: root })
  const [one, two] = [begin(), begin()]
  const opened = (await Promise.all([one.opened, two.opened])).map((answer) => JSON.parse(answer).ok)
  assert.deepEqual(opened.map(({ dialect, wire }) => [dialect, wire]), Array(2).fill(['postgresql', true]))
  await ask(one, 'execute', 'CREATE TABLE t (a int)')
  const [there, apart] = await Promise.all([ask(one, 'query', 'SELECT a FROM t'), ask(two, 'query', 'SELECT a FROM t')])
  assert.deepEqual(there.ok, { columns: ['a'], rows: [] })
  assert.equal(apart.error.code, '42P01')
  await one.end()
  await assert.rejects(() => ask(one, 'query', 'SELECT 1'), { code: 'ECONNRESET' })
  await two.end()
})

test('bytes that are no ASCII come through as they are', async () => {
  const [found] = await embedded(root, [], ['query', `SELECT 'ä€😀' AS "ö", U&'\\00ff' AS y`])
  assert.deepEqual(found, [['ö', 'y'], [['ä€😀', 'ÿ']]])
})

test('COPY FROM STDIN is refused, and nobody waits for rows', async () => {
  const [, refused, still] = await embedded(root, [], ['script', 'CREATE TABLE t (a int)'], ['script', 'SELECT 1;\nCOPY t FROM STDIN'], ['query', 'SELECT 1 AS x'])
  assert.deepEqual([refused.kind, refused.offset], ['Unsupported', 10])
  assert.deepEqual(still, [['x'], [['1']]])
})
