// The changes on SQLite: what its ALTER TABLE can, and tables that are made anew. Both tools' tables have these columns.
const COLUMNS = {
  id: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL',
  email: 'text NOT NULL',
  name: 'text',
  score: 'integer NOT NULL DEFAULT 0',
  active: 'integer NOT NULL DEFAULT true',
  note: 'text',
  price: 'real',
  token: "text NOT NULL DEFAULT ('t')",
  touched: 'DATETIME NOT NULL',
}

/** The table made anew as both tools do it, with some columns otherwise; none: it is left out. */
function rebuilt(changed) {
  const all = Object.entries({ ...COLUMNS, ...changed }).filter(([, type]) => type)
  const names = all.map(([name]) => name).join(', ')
  return [
    'PRAGMA foreign_keys=OFF',
    `CREATE TABLE new_users (${all.map(([name, type]) => `${name} ${type}`).join(', ')})`,
    `INSERT INTO new_users (${names}) SELECT ${names} FROM users`,
    'DROP TABLE users',
    'ALTER TABLE new_users RENAME TO users',
    'CREATE UNIQUE INDEX users_email ON users (email)',
    'PRAGMA foreign_keys=ON',
  ].join(';\n')
}

export const changes = [
  ['a column that may be NULL', 'ALTER TABLE users ADD COLUMN age integer'],
  ['a column with a default', "ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free'"],
  ['a generated column', 'ALTER TABLE users ADD COLUMN twice integer GENERATED ALWAYS AS (score * 2) VIRTUAL'],
  ['drop a column that may be NULL', 'ALTER TABLE users DROP COLUMN name'],
  ['drop a column with a default', 'ALTER TABLE users DROP COLUMN score'],
  ['drop a column that the database fills', 'ALTER TABLE users DROP COLUMN token'],
  ['rename a column that may be NULL', 'ALTER TABLE users RENAME COLUMN name TO full_name'],
  ['rename a required column', 'ALTER TABLE users RENAME COLUMN email TO mail'],
  ['rename a column with a default', 'ALTER TABLE users RENAME COLUMN score TO points'],
  ['rename, and the old name beside it', 'ALTER TABLE users RENAME COLUMN name TO full_name;\nALTER TABLE users ADD COLUMN name text'],
  ['rename a table', 'ALTER TABLE posts RENAME TO articles'],
  ['rename a table that others refer to', 'ALTER TABLE users RENAME TO people'],
  ['rename a table, a view in its place', 'ALTER TABLE posts RENAME TO articles;\nCREATE VIEW posts AS SELECT * FROM articles'],
  ['drop a table', 'DROP TABLE posts'],
  ['a new table', 'CREATE TABLE teams (id integer PRIMARY KEY, name text NOT NULL)'],
  ['a table made anew, as it was', rebuilt({})],
  ['a column that wants a value', rebuilt({}).replace('touched DATETIME NOT NULL)', 'touched DATETIME NOT NULL, plan text NOT NULL)').replace(/INSERT INTO new_users \((.*)\) SELECT (.*) FROM/, "INSERT INTO new_users ($1, plan) SELECT $2, 'x' FROM")],
  ['NOT NULL where a value may be left out', `UPDATE users SET name = '' WHERE name IS NULL;\n${rebuilt({ name: 'text NOT NULL' })}`],
  ['NOT NULL with a default', `UPDATE users SET name = '' WHERE name IS NULL;\n${rebuilt({ name: "text NOT NULL DEFAULT ''" })}`],
  ['NULL is allowed', rebuilt({ email: 'text' })],
  ['drop the default of a number', rebuilt({ score: 'integer NOT NULL' })],
  ['drop the default of a boolean', rebuilt({ active: 'integer NOT NULL' })],
  ['drop the default that the database computes', rebuilt({ token: 'text NOT NULL' })],
  ['another default', rebuilt({ score: 'integer NOT NULL DEFAULT 7' })],
  ['integer to text', rebuilt({ score: 'text NOT NULL DEFAULT 0' })],
  ['integer to real', rebuilt({ score: 'real NOT NULL DEFAULT 0' })],
  ['text to integer', rebuilt({ note: 'integer' })],
  ['a column becomes a generated one', `${rebuilt({ score: undefined })};\nALTER TABLE users ADD COLUMN score integer GENERATED ALWAYS AS (1) VIRTUAL`],
  ['an index', 'CREATE INDEX users_name ON users (name)'],
  ['a unique index', 'CREATE UNIQUE INDEX users_note ON users (note)'],
  ['a check', rebuilt({ score: 'integer NOT NULL DEFAULT 0 CHECK (score >= 0)' })],
  ['a check that refuses', rebuilt({ score: 'integer NOT NULL DEFAULT 0 CHECK (score < 2)' })],
  ['rows alone', "UPDATE users SET note = 'z'"],
]
