// Identity columns that get wider, on PostgreSQL: their numbers go on where they were, in every phase and back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NAME, phased, proves, shape } from './phased.mjs'

const init = (kind, options = '') => `CREATE TABLE "users" ("id" INTEGER GENERATED ${kind} AS IDENTITY${options}, "email" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "posts" ("id" INTEGER NOT NULL, "author_id" INTEGER NOT NULL, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE CASCADE;
`
const up = `ALTER TABLE "users" ALTER COLUMN "id" SET DATA TYPE bigint;
ALTER TABLE "posts" ALTER COLUMN "author_id" SET DATA TYPE bigint;
`
/** As drizzle-kit writes it, with a name of its own. */
const options = ' (sequence name "users_numbers" INCREMENT BY 5 MINVALUE 1 MAXVALUE 2147483647 START WITH 100 CACHE 1)'
const wider = `${up}ALTER TABLE "users" ALTER COLUMN "id" SET MAXVALUE 9223372036854775807;\n`

for (const [kind, own, change] of [['BY DEFAULT', '', up], ['ALWAYS', '', up], ['ALWAYS', options, wider]]) {
  test(`an identity column gets wider: ${kind}${own && ', named'}`, async (t) => {
    const it = await phased(t, {
      name: 'identity',
      init: init(kind, own),
      up: change,
      rows: ["INSERT INTO users (email) SELECT 'e' || g FROM generate_series(1, 1100) g", 'INSERT INTO posts SELECT g, u.id FROM generate_series(1, 9) g JOIN users u ON u.email = \'e\' || g', 'DELETE FROM users WHERE email > \'e10\' AND id > (SELECT max(author_id) FROM posts)'],
    })
    const { all, write } = it
    const name = own ? 'users_numbers' : 'users_id_seq'
    const sequence = async () => (await all(`SELECT format_type(s.seqtypid, NULL), s.seqincrement, s.seqstart, q.last_value, q.is_called, a.attidentity::text, pg_get_serial_sequence('users', 'id') FROM pg_sequence s, ${name} q, pg_attribute a WHERE s.seqrelid = '${name}'::regclass AND a.attrelid = 'users'::regclass AND a.attname = 'id'`))[0]
    const before = [await shape(it, 'users'), await shape(it, 'posts')]
    const first = await sequence()
    const step = own ? 5 : 1
    it.done('expand')
    await it.deploy(NAME)
    await write("INSERT INTO users (email) VALUES ('old')", "INSERT INTO users (id_new, email) VALUES (900000, 'new')")
    const drawn = Number(first[3]) + step
    assert.deepEqual(await all("SELECT id, id_new FROM users WHERE email IN ('old', 'new') ORDER BY id"), [[String(drawn), String(drawn)], ['900000', '900000']])
    it.done('backfill')
    await write('DELETE FROM users WHERE id_new = 900000', "DELETE FROM users WHERE email = 'old'")
    const counted = await sequence()
    await it.end()
    const wide = await sequence()
    assert.deepEqual(wide, ['bigint', ...counted.slice(1)], 'the sequence goes on where it was, whatever the rows hold')
    await write("INSERT INTO users (email) VALUES ('later')")
    assert.deepEqual(await all("SELECT id FROM users WHERE email = 'later'"), [[String(Number(wide[3]) + step)]])
    await write("DELETE FROM users WHERE email = 'later'")
    const last = await sequence()
    it.back()
    assert.deepEqual(await sequence(), ['integer', ...last.slice(1)], 'and on its way back')
    await write("INSERT INTO users (email) VALUES ('again')")
    it.back()
    assert.deepEqual([await shape(it, 'users'), await shape(it, 'posts')], before)
    assert.deepEqual((await sequence())[0], 'integer')
    assert.deepEqual(await all("SELECT id FROM users WHERE email = 'again'"), [[String(Number(last[3]) + step)]])
  })
}

test('each phase of an identity column is proven with rows', async (t) => {
  const said = ['exact lossless', 'approximate lossless']
  await proves(t, 'postgres', { 'by default': [init('BY DEFAULT'), up, [], said], always: [init('ALWAYS'), up, [], said], named: [init('ALWAYS', options), wider, [], said] }, 'identity_scratch')
})
