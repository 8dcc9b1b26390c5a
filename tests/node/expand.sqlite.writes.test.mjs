// Whatever old and new versions write while both shapes are there on SQLite, with every conflict clause: no row's two sides are
// apart, nobody finds the default that is ours, and what a statement gave is there when it went through. The writes are made up,
// always the same ones.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from './cli.mjs'
import { project } from './projects.mjs'

const require = createRequire(import.meta.url)
const Database = createRequire(require.resolve('@libsql/client'))('libsql')
const OURS = "hex(o) = '756E6D696772617465'"
const RENAME = 'ALTER TABLE t RENAME COLUMN o TO n;'
const SAME = `o IS NOT n OR o IS NULL OR ${OURS}`
const [FIRST, REST] = ["substr(o, 1, instr(o || ' ', ' ') - 1)", "nullif(substr(o, instr(o || ' ', ' ') + 1), '')"]

/** `o`: the old column. `values`: what is written. `apart`: what holds for a row that should not be. `changed`: a trigger changes
 *  what is written, or a default stands for it. */
const CASES = {
  required: { o: 'o TEXT NOT NULL', values: ["'a'", "'b'", "'A'", "''", 'NULL', '5', "x'61'"], apart: SAME },
  unique: { o: 'o TEXT NOT NULL UNIQUE', values: ["'a'", "'b'", "'c'", "'d'", 'NULL'], apart: SAME },
  'without case': { o: 'o TEXT COLLATE NOCASE', values: ["'a'", "'A'", "'b'", 'NULL'], apart: 'o COLLATE BINARY IS NOT n COLLATE BINARY' },
  'without a type': { o: 'o', values: ['1', '1.0', "'1'", "x'31'", 'NULL'], apart: 'o IS NOT n OR typeof(o) <> typeof(n)' },
  'with a default': { o: "o TEXT NOT NULL DEFAULT 'd'", values: ["'a'", "'d'", "'b'", 'NULL'], apart: SAME, changed: true },
  checked: { o: 'o TEXT NOT NULL CHECK (length(o) < 3)', values: ["'a'", "'bb'", "'ccc'", 'NULL'], apart: SAME },
  strict: { o: 'o TEXT NOT NULL', strict: ' STRICT', values: ["'a'", "'b'", '5', "x'61'", 'NULL'], apart: SAME },
  'with triggers': {
    o: 'o TEXT NOT NULL',
    more: 'CREATE TABLE log (n INTEGER); CREATE TRIGGER trimmed AFTER UPDATE OF o ON t WHEN NEW.o <> trim(NEW.o) BEGIN UPDATE t SET o = trim(NEW.o) WHERE id = NEW.id; END; CREATE TRIGGER counted AFTER UPDATE ON t BEGIN UPDATE log SET n = n + 1; END;',
    values: ["' a'", "'b '", "'c'", 'NULL'], apart: SAME, changed: true,
  },
  'taken apart': {
    o: 'o TEXT NOT NULL', news: ['n', 'm'], values: ["'a b'", "'c'", "'d e f'", "''", 'NULL'],
    up: 'ALTER TABLE t ADD COLUMN n TEXT; ALTER TABLE t ADD COLUMN m TEXT; ALTER TABLE t DROP COLUMN o;',
    said: ['--convert', `t.n=${FIRST}`, '--convert', `t.m=${REST}`, '--convert-back', "t.o=n || coalesce(' ' || m, '')"],
    apart: `o IS NULL OR ${OURS} OR NOT ((n IS ${FIRST} AND m IS ${REST}) OR o IS n || coalesce(' ' || m, ''))`,
  },
  'of another type': {
    o: 'o INTEGER NOT NULL', news: ['o_new'], values: ['1', '2', "'3'", "'x'", "'07'", 'NULL', '4.5'],
    up: 'CREATE TABLE new_t (id INTEGER PRIMARY KEY, o TEXT NOT NULL, e TEXT UNIQUE); INSERT INTO new_t (id, o, e) SELECT id, o, e FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
    apart: `o IS NULL OR CAST(o AS TEXT) IS NOT o_new OR typeof(o_new) <> 'text' OR ${OURS}`,
  },
}

/** Both shapes of a table with rows, in memory. */
function both(t, { o, up = RENAME, said = [], more = '', strict = '', values }, pick) {
  const init = `CREATE TABLE t (id INTEGER PRIMARY KEY, ${o}, e TEXT UNIQUE)${strict}; ${more}`
  const file = (name) => `prisma/migrations/${name}/migration.sql`
  const cwd = project(t, { 'package.json': '{}', 'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n', [file('1_init')]: init, [file('2_up')]: up })
  const done = unmigrate(cwd, ['expand', '--not-applied', ...said])
  assert.equal(done.code, 0, done.out + done.err)
  const read = (path) => readFileSync(join(cwd, path), 'utf8')
  const { parts: [{ set, todo }] } = JSON.parse(read('unmigrate/expand/2_up/plan.json'))
  const db = new Database(':memory:')
  db.exec(init)
  const real = values.filter((value) => value !== 'NULL' && (!strict || value.startsWith("'")))
  for (let n = 0; n < 20; n += 1) attempt(db, `INSERT INTO t (o, e) VALUES (${pick(real)}, 'e${n}')`)
  db.exec(read(file('2_up')))
  db.exec(`UPDATE t SET ${set} WHERE ${todo}`)
  return { db, contract: read('unmigrate/expand/2_up/contract.sql') }
}

function attempt(db, sql) {
  try {
    db.exec(sql)
    return true
  } catch {
    return false
  }
}

/** A write of either version, or of one that names both: its SQL, the row that it is of, and what it gives there. */
function made({ values, news = ['n'] }, random, pick) {
  const side = pick([['o'], news, ['o', news[0]]])
  const columns = side.filter(() => random() < 0.85)
  const given = columns.map(() => pick(values))
  const or = pick(['', '', '', ' OR IGNORE', ' OR REPLACE', ' OR FAIL', ' OR ROLLBACK'])
  const [e, id, dice] = [`'e${Math.floor(random() * 25)}'`, 1 + Math.floor(random() * 30), random()]
  const insert = `INTO t (${[...columns, 'e'].join(', ')}) VALUES (${[...given, e].join(', ')})`
  const set = (value) => columns.map((name, at) => `${name} = ${value(name, at)}`).join(', ')
  const told = side.length === 1 && columns.length > 0 && or !== ' OR IGNORE' ? columns.map((name, at) => [name, given[at]]) : []
  if (dice < 0.35) return { sql: `INSERT${or} ${insert}`, row: `e = ${e}`, told }
  if (dice < 0.5) return { sql: `INSERT ${insert} ON CONFLICT (e) DO UPDATE SET ${set((name) => `excluded.${name}`) || 'e = e'}`, row: `e = ${e}`, told }
  if (columns.length > 0 && dice < 0.75) return { sql: `UPDATE${or} t SET ${set((_, at) => given[at])} WHERE id = ${id}`, row: `id = ${id}`, told }
  if (columns.length > 0 && dice < 0.85) return { sql: `UPDATE${or} t SET ${set((name) => `(SELECT ${name} FROM t WHERE id = ${30 - id})`)} WHERE id > ${id}`, told: [] }
  return { sql: dice < 0.9 ? `UPDATE t SET e = e || '' WHERE id = ${id}` : `DELETE FROM t WHERE id = ${id}`, told: [] }
}

for (const [name, one] of Object.entries(CASES)) {
  test(`whatever is written, no side is left behind: ${name}`, (t) => {
    let seed = 1
    const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff
    const pick = (all) => all[Math.floor(random() * all.length)]
    const { db, contract } = both(t, one, pick)
    let through = 0
    for (let n = 0; n < 2000; n += 1) {
      if (n === 1000) db.exec('PRAGMA recursive_triggers=ON')
      const { sql, row, told } = made(one, random, pick)
      if (attempt(db, sql)) {
        through += 1
        const other = told.map(([column, value]) => `(${column} COLLATE BINARY IS NOT CAST(${value} AS TEXT) AND ${column} IS NOT ${value})`)
        if (other.length > 0 && !one.changed) assert.deepEqual(db.prepare(`SELECT * FROM t WHERE ${row} AND (${other.join(' OR ')})`).all(), [], sql)
      }
      assert.deepEqual(db.prepare(`SELECT * FROM t WHERE ${one.apart}`).all(), [], sql)
    }
    assert.ok(through > 500, `${through} writes went through`)
    const rows = () => db.prepare('SELECT count(*) AS n FROM t').get().n
    const before = rows()
    db.exec(contract)
    assert.equal(rows(), before)
    db.close()
  })
}
