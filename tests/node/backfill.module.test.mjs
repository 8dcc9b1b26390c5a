// `backfill --module`: the batches of a table in the hands of a module in TypeScript.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { backfill } from '../../index.js'
import { unmigrate } from './cli.mjs'
import { emptied, prisma, query, script } from './deployed.mjs'
import { root } from './projects.mjs'

const ENGINES = {
  postgres: {
    init: `CREATE TABLE "posts" ("id" SERIAL NOT NULL, "title" TEXT NOT NULL, "slug" TEXT, "words" JSONB, "at" TIMESTAMP(3), "raw" BYTEA, "touched" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));
CREATE TABLE "tags" ("post" INTEGER NOT NULL, "tag" TEXT NOT NULL, "label" TEXT, CONSTRAINT "tags_pkey" PRIMARY KEY ("post", "tag"));
CREATE TABLE "log" ("line" TEXT);
`,
    rows: (n) => `INSERT INTO posts (title) SELECT 'It''s Post \\ ' || g FROM generate_series(1, ${n}) g`,
    provider: 'postgresql',
    shown: "words->>'n' AS n, at::text AS at, encode(raw, 'hex') AS raw",
  },
  mysql: {
    init: `CREATE TABLE posts (id INTEGER NOT NULL AUTO_INCREMENT, title VARCHAR(191) NOT NULL, slug VARCHAR(191), words JSON, at DATETIME(3), raw BLOB, touched INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id));
CREATE TABLE tags (post INTEGER NOT NULL, tag VARCHAR(50) NOT NULL, label VARCHAR(191), PRIMARY KEY (post, tag));
CREATE TABLE log (line TEXT);
`,
    rows: (n) => `INSERT INTO posts (title) SELECT CONCAT('It''s Post \\\\ ', seq) FROM seq_1_to_${n}`,
    provider: 'mysql',
    shown: "JSON_VALUE(words, '$.n') AS n, at AS at, LOWER(HEX(raw)) AS raw",
  },
}

async function project(t, word, name, rows) {
  const engine = ENGINES[word]
  const { url } = await emptied(t, word, name)
  const cwd = await prisma(t, { script: (...texts) => script(url, ...texts) }, { '20260101000000_init': engine.init }, engine.provider)
  await script(url, engine.rows(rows))
  mkdirSync(join(cwd, 'backfills'))
  const write = (file, text) => writeFileSync(join(cwd, 'backfills', file), text)
  const run = (...args) => unmigrate(cwd, ['backfill', '--url-env', 'APP_URL', ...args], { env: { APP_URL: url } })
  return { cwd, url, write, run, all: (sql) => query(url, sql) }
}

const SLUGS = `import type { BackfillModule } from 'unmigrate'
import { slugify } from './slugify'

export default {
  table: 'posts',
  columns: ['title'],
  where: 'slug IS NULL',
  run({ rows }) {
    return rows.map((row) => ({ ...row, slug: slugify(row.title!), words: { n: row.title!.split(' ').length }, at: new Date(86400000), raw: Buffer.from([0, 255]) }))
  },
} satisfies BackfillModule
`

for (const word of Object.keys(ENGINES)) {
  test(`what a module gives is written (${word})`, async (t) => {
    const it = await project(t, word, 'module_given', 1234)
    it.write('slugify.ts', "export const slugify = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')\n")
    it.write('slugs.ts', SLUGS)
    const before = it.run('--module', 'backfills/slugs.ts', '--status')
    assert.equal(before.code, 1, before.err)
    assert.match(before.out, /1234 rows to do/)
    const done = it.run('--module', 'backfills/slugs.ts', '--batch', '100', '--workers', '3', '--rest', '0', '--json')
    assert.equal(done.code, 0, done.err)
    const { rows, batches, left, migration } = JSON.parse(done.out)
    assert.deepEqual({ rows, batches, left, migration }, { rows: 1234, batches: 13, left: 0, migration: 'backfills/slugs.ts' })
    assert.match(done.err, /"event":"begins","what":"posts by backfills\/slugs.ts"|"batches":13/)
    const [last] = await it.all(`SELECT id, title, slug, ${ENGINES[word].shown} FROM posts WHERE id = 1234`)
    assert.deepEqual(last.slice(0, 4), ['1234', "It's Post \\ 1234", 'it-s-post-1234', '4'])
    assert.match(last[4], /^1970-01-02 00:00:00/)
    assert.equal(last[5], '00ff')
    const wrong = await it.all("SELECT count(*) FROM posts WHERE slug IS NULL OR title NOT LIKE CONCAT('%', REPLACE(slug, 'it-s-post-', ''))")
    assert.deepEqual(wrong, [['0']])
    const again = JSON.parse(it.run('--module', 'backfills/slugs.ts', '--json').out)
    assert.deepEqual([again.rows, again.left], [0, 0])
    await script(it.url, "INSERT INTO posts (title) VALUES ('One more')")
    const more = JSON.parse(it.run('--module', 'backfills/slugs.ts', '--json').out)
    assert.deepEqual([more.rows, more.left], [1, 0])
  })

  test(`killed again and again, a module meets each row once (${word})`, async (t) => {
    const it = await project(t, word, 'module_killed', 3000)
    // No `where`: nothing but the batches knows what is done.
    it.write('touch.ts', `export default {
  table: 'posts',
  async run({ rows, sql }: any) {
    const ids = rows.map((row: any) => row.id)
    const [{ n }] = await sql\`SELECT count(*) AS n FROM posts WHERE id IN \${ids}\`
    await sql\`UPDATE posts SET touched = touched + 1 WHERE id IN \${ids}\`
    await new Promise((done) => setTimeout(done, 15))
    await sql\`INSERT INTO log (line) VALUES (\${'batch of ' + n})\`
  },
}
`)
    const args = ['backfill', '--module', 'backfills/touch.ts', '--batch', '25', '--workers', '2', '--rest', '0', '--url-env', 'APP_URL']
    let kills = 0
    for (let n = 0; n < 4; n += 1) {
      const child = spawn(process.execPath, [join(root, 'cli.js'), ...args], { cwd: it.cwd, env: { ...process.env, APP_URL: it.url }, stdio: 'ignore' })
      const ended = new Promise((done) => child.once('exit', (code, signal) => done(signal)))
      await new Promise((done) => setTimeout(done, 550 + n * 60))
      child.kill('SIGKILL')
      kills += (await ended) === 'SIGKILL' ? 1 : 0
    }
    assert.ok(kills > 0, 'some run was cut off')
    const last = it.run('--module', 'backfills/touch.ts', '--batch', '25', '--rest', '0')
    assert.equal(last.code, 0, last.err)
    assert.deepEqual(await it.all('SELECT touched, count(*) FROM posts GROUP BY touched'), [['1', '3000']])
    assert.deepEqual(await it.all('SELECT line, count(*) FROM log GROUP BY line'), [['batch of 25', '120']])
    // Another run finds nothing; under another name all of it is to be done.
    assert.equal(JSON.parse(it.run('--module', 'backfills/touch.ts', '--json').out).rows, 0)
    it.write('touch.ts', "export default { name: 'second', table: 'posts', run: ({ rows, sql }) => sql`UPDATE posts SET touched = 2 WHERE id IN ${rows.map((r) => r.id)}` }\n")
    assert.match(it.run('--module', 'backfills/touch.ts', '--status').out, /3000 rows to do/)
    const report = await backfill({ cwd: it.cwd, url: it.url, module: 'backfills/touch.ts' })
    assert.deepEqual([report.rows, report.left, report.problems], [3000, 0, []])
  })
}

test('a module that throws gives its batch back, and says where', async (t) => {
  const it = await project(t, 'postgres', 'module_throws', 300)
  const module = (body) => `// One line more.
export default {
  table: 'posts',
  columns: ['title'],
  where: 'slug IS NULL',
  async run({ rows, sql }) {
    ${body}
  },
}
`
  const failed = (body) => {
    it.write('slugs.ts', module(body))
    const done = it.run('--module', 'backfills/slugs.ts', '--batch', '100')
    assert.equal(done.code, 2, done.out)
    return done.err
  }
  // The second batch throws, when its first statement is done already.
  const half = "if (rows[0].id === '101') { await sql`UPDATE posts SET slug = 'half' WHERE id = 101`; throw new RangeError('no such letter') }\n    return rows.map(({ id }) => ({ id, slug: 's' + id }))"
  assert.match(failed(half), /error\[module-failed\]: `backfills\/slugs\.ts:7`: RangeError: no such letter/)
  assert.deepEqual(await it.all('SELECT count(*), min(id), max(id) FROM posts WHERE slug IS NOT NULL'), [['100', '1', '100']])
  assert.match(failed("return [{ id: '7', slug: 'x' }]"), /`run` gave a row that was not in its batch: id = 7/)
  assert.match(failed("return [{ slug: 'x' }]"), /lacks a part of its key \(id\)/)
  assert.match(failed("return [rows[0], rows[0]].map(({ id }) => ({ id, slug: 'x' }))"), /are given twice/)
  assert.match(failed("await sql`COMMIT`"), /a batch is one transaction, and COMMIT is not run in it/)
  assert.match(failed("sql`SELECT 1`"), /a statement of `sql` was begun, and not awaited/)
  assert.match(failed('return sql`SELECT nothing FROM posts`'), /column "nothing" does not exist/)
  assert.match(failed("return rows.map(({ id }) => ({ id, slugg: 'x' }))"), /column "slugg" of relation "posts" does not exist/)
  it.write('slugs.ts', module("return rows.map(({ id }) => ({ id, slug: 't' + id }))"))
  assert.equal(it.run('--module', 'backfills/slugs.ts').code, 0)
  assert.deepEqual(await it.all("SELECT left(slug, 1), count(*) FROM posts GROUP BY 1 ORDER BY 1"), [['s', '100'], ['t', '200']])
})

test('nobody writes between what a module reads and what it writes', async (t) => {
  const it = await project(t, 'postgres', 'module_locks', 10)
  it.write('slugs.ts', `export default {
  table: 'posts', columns: ['title'], where: 'slug IS NULL',
  async run({ rows, sql }) {
    await sql\`INSERT INTO log VALUES ('read')\`
    await new Promise((done) => setTimeout(done, 1200))
    return rows.map(({ id, title }) => ({ id, slug: title }))
  },
}
`)
  const running = spawn(process.execPath, [join(root, 'cli.js'), 'backfill', '--module', 'backfills/slugs.ts', '--url-env', 'APP_URL'], { cwd: it.cwd, env: { ...process.env, APP_URL: it.url }, stdio: 'ignore' })
  const ended = new Promise((done) => running.once('exit', done))
  // The batch is begun when its rows are locked.
  for (let n = 0; n < 100; n += 1) {
    const [[locked]] = await it.all("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'")
    if (locked !== '0') break
    await new Promise((done) => setTimeout(done, 30))
  }
  await script(it.url, "UPDATE posts SET title = 'late', slug = 'of the writer' WHERE id = 3")
  assert.equal(await ended, 0)
  assert.deepEqual(await it.all('SELECT title, slug FROM posts WHERE id = 3'), [['late', 'of the writer']])
  assert.deepEqual(await it.all('SELECT count(*) FROM posts WHERE title = slug'), [['9']])
})

test('a module is looked at before anything is begun', async (t) => {
  const it = await project(t, 'postgres', 'module_unusable', 1)
  const refused = (text, ...args) => {
    it.write('m.ts', text)
    const done = it.run('--module', 'backfills/m.ts', ...args)
    assert.equal(done.code, 2, done.out)
    assert.match(done.err, /error\[module-unusable\]: `backfills\/m\.ts` can't take batches|error\[no-batches\]/)
    return done.err
  }
  assert.match(refused('export default {}'), /its default export has no function `run`/)
  assert.match(refused('export default { run() {} }'), /it names no `table`/)
  assert.match(refused("export default { table: 'nobody', run() {} }"), /no migration of prisma\/migrations makes a table `nobody`/)
  assert.match(refused("export default { table: 'posts', columns: ['slugg'], run() {} }"), /has no column `slugg`[\s\S]*it has id, title, slug/)
  assert.match(refused("export default { table: 'log', run() {} }"), /`log` has no primary key/)
  assert.match(refused('export default {', ), /can't take batches/)
  assert.match(refused("export default { table: 'posts', run() {} }", '20260101000000_init'), /it is of no migration/)
  const missing = it.run('--module', 'backfills/nobody.ts')
  assert.match(missing.err, /there is no such file/)
  assert.deepEqual(await it.all("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'backfill%'"), [['0']])
})

test('a key of two columns', async (t) => {
  const it = await project(t, 'postgres', 'module_two', 1)
  await script(it.url, "INSERT INTO tags (post, tag) SELECT g, t FROM generate_series(1, 300) g, unnest(ARRAY['a', 'it''s', 'b\\c']) t")
  it.write('labels.ts', "export default { table: 'tags', where: 'label IS NULL', run: ({ rows, key }) => rows.map((row) => ({ ...row, label: key.map((name) => row[name]).join('/') })) }\n")
  const done = it.run('--module', 'backfills/labels.ts', '--batch', '70', '--workers', '2')
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(await it.all("SELECT count(*) FROM tags WHERE label = post || '/' || tag"), [['900']])
})
