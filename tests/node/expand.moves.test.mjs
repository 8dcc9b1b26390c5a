// Columns that move to another table, and tables that are split, on real engines: what an old version and a new one write in
// every phase, and back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { script } from './deployed.mjs'
import { NAME, phased, proves, shape } from './phased.mjs'

const users = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "bio" TEXT NOT NULL, "avatar" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
CREATE INDEX "users_avatar_idx" ON "users"("avatar");
`
const split = `-- DropIndex
DROP INDEX "users_avatar_idx";

-- AlterTable
ALTER TABLE "users" DROP COLUMN "avatar",
DROP COLUMN "bio";

-- CreateTable
CREATE TABLE "profiles" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "bio" TEXT NOT NULL,
    "avatar" TEXT,
    "theme" TEXT NOT NULL DEFAULT 'light',

    CONSTRAINT "profiles_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");

-- AddForeignKey
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
`
const moves = ['--move', 'users.bio=profiles.bio', '--move', 'users.avatar=profiles.avatar', '--fill', "users.bio=''"]
const seen = 'SELECT u.id, u.bio, u.avatar, p.bio, p.avatar FROM users u LEFT JOIN profiles p ON p.user_id = u.id ORDER BY u.id'

test('a table is split while old and new versions write', async (t) => {
  const it = await phased(t, {
    name: 'split_table',
    init: users,
    up: split,
    rows: ["INSERT INTO users (email, bio, avatar) SELECT 'e' || g, CASE WHEN g % 3 = 0 THEN '' ELSE 'bio ' || g END, CASE WHEN g % 2 = 0 THEN 'a' || g END FROM generate_series(1, 2500) g"],
  })
  const before = await shape(it, 'users')
  const { all, write } = it
  const one = async (id) => (await all(seen.replace('ORDER', `WHERE u.id = ${id} ORDER`)))[0].slice(1)
  const asked = it.run('expand')
  assert.match(asked.err, /--move users\.bio=profiles\.bio/)
  it.done('expand', ...moves)
  await it.deploy(NAME)

  // An old version writes, and a row over there is made for what holds something.
  await write("INSERT INTO users (id, email, bio) VALUES (3001, 'x1', ''), (3002, 'x2', 'two'), (3003, 'x3', '')", "UPDATE users SET bio = 'one' WHERE id = 1")
  assert.deepEqual(await one(3001), ['', null, null, null])
  assert.deepEqual(await one(3002), ['two', null, 'two', null])
  assert.deepEqual(await one(1), ['one', null, 'one', null])
  await write("INSERT INTO users (email, bio) VALUES ('x2', 'upserted') ON CONFLICT (email) DO UPDATE SET bio = EXCLUDED.bio", "UPDATE users SET avatar = 'pic' WHERE id = 3001")
  assert.deepEqual(await one(3002), ['upserted', null, 'upserted', null])
  assert.deepEqual(await one(3001), ['', 'pic', '', 'pic'])
  // A new one does, on rows that are filled and on rows that are not.
  await write("INSERT INTO users (id, email) VALUES (3004, 'x4')", "INSERT INTO profiles (user_id, bio) VALUES (3004, 'four')")
  assert.deepEqual(await one(3004), ['four', null, 'four', null])
  const upsert = (id, bio) => `INSERT INTO profiles (user_id, bio) VALUES (${id}, ${bio}) ON CONFLICT (user_id) DO UPDATE SET bio = EXCLUDED.bio`
  await write(upsert(3004, "'4'"), upsert(2, "'second'"), upsert(3003, "'third'"))
  assert.deepEqual(await one(3004), ['4', null, '4', null])
  assert.deepEqual(await one(2), ['second', 'a2', 'second', 'a2'], 'what was not named comes from the old side')
  assert.deepEqual(await one(3003), ['third', null, 'third', null])
  await write('UPDATE profiles SET avatar = NULL WHERE user_id = 2', "UPDATE profiles SET bio = 'x', avatar = 'y' WHERE user_id = 1")
  assert.deepEqual(await one(2), ['second', null, 'second', null])
  assert.deepEqual(await one(1), ['x', 'y', 'x', 'y'])
  // Without its row the old version finds what stands for none.
  await write('DELETE FROM profiles WHERE user_id = 3004', 'DELETE FROM users WHERE id = 3002')
  assert.deepEqual(await one(3004), ['', null, null, null])
  assert.deepEqual(await all('SELECT count(*) FROM profiles WHERE user_id = 3002'), [['0']])
  // The key changes, and the row over there goes along; one that becomes another's brings its values.
  await write('UPDATE users SET id = 4001 WHERE id = 3001', 'UPDATE profiles SET user_id = 3004 WHERE user_id = 3003')
  assert.deepEqual(await one(4001), ['', 'pic', '', 'pic'])
  assert.deepEqual([await one(3003), await one(3004)], [['', null, null, null], ['third', null, 'third', null]])
  await assert.rejects(write('UPDATE profiles SET user_id = 5 WHERE user_id = 3004'), /can not become that of a row of users which holds another value/)
  await assert.rejects(write('UPDATE profiles SET bio = NULL WHERE user_id = 1'), /null value in column "bio"/)
  assert.match(it.run('contract').out, /closed +backfilled: \d+ rows of users whose bio and avatar/)

  const filled = it.done('backfill', '--batch', '300')
  assert.match(filled, /nothing is left to do/)
  const differ = `SELECT count(*) FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.bio IS DISTINCT FROM coalesce(p.bio, '') OR u.avatar IS DISTINCT FROM p.avatar`
  assert.deepEqual(await all(differ), [['0']])
  assert.deepEqual(await one(10), ['bio 10', 'a10', 'bio 10', 'a10'])
  assert.deepEqual(await one(3), ['', null, null, null])
  // All rows at once, from either side.
  await write("UPDATE users SET bio = bio || '!' WHERE id <= 2000", "UPDATE profiles SET bio = upper(bio), avatar = avatar || '?' WHERE user_id % 2 = 0", "COPY (SELECT 1) TO '/dev/null'")
  assert.deepEqual(await all(differ), [['0']])
  assert.deepEqual(await one(10), ['BIO 10!', 'a10?', 'BIO 10!', 'a10?'])
  const kept = await all('SELECT id, bio, avatar FROM users ORDER BY id')
  await it.end()
  assert.deepEqual(await all("SELECT column_name FROM information_schema.columns WHERE table_name = 'users' ORDER BY 1"), [['email'], ['id']])
  assert.deepEqual(await all("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"), [['0']])
  assert.deepEqual(await all("SELECT count(*) FROM pg_proc WHERE proname LIKE 'unmigrate%'"), [['0']])
  await write("UPDATE profiles SET bio = 'late' WHERE user_id = 7", 'DELETE FROM profiles WHERE user_id = 8')

  it.back()
  const expected = kept.map(([id, bio, avatar]) => (id === '7' ? [id, 'late', avatar] : id === '8' ? [id, '', null] : [id, bio, avatar]))
  assert.deepEqual(await all('SELECT id, bio, avatar FROM users ORDER BY id'), expected)
  await write("UPDATE users SET bio = 'again' WHERE id = 8", "UPDATE profiles SET bio = 'over there' WHERE user_id = 7")
  assert.deepEqual([await one(7), await one(8)], [['over there', null, 'over there', null], ['again', null, 'again', null]])
  it.back()
  assert.deepEqual(await shape(it, 'users'), before)
  assert.deepEqual(await all("SELECT to_regclass('profiles')"), [[null]])
  assert.deepEqual(await all('SELECT bio FROM users WHERE id IN (7, 8) ORDER BY id'), [['over there'], ['again']])
})

const there = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "bio" TEXT, "points" NUMERIC(8,2) NOT NULL DEFAULT 0, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "profiles" ("user_id" INTEGER NOT NULL, "theme" TEXT NOT NULL, CONSTRAINT "profiles_pkey" PRIMARY KEY ("user_id"));
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`
const moved = `ALTER TABLE "users" DROP COLUMN "bio",
DROP COLUMN "points";
ALTER TABLE "profiles" ADD COLUMN "bio" TEXT,
ADD COLUMN "points" NUMERIC(8,2) NOT NULL DEFAULT 0;
CREATE INDEX "profiles_points_idx" ON "profiles"("points");
`
const both = ['--move', 'users.bio=profiles.bio', '--move', 'users.points=profiles.points']

test('columns move to a table that is there, and what has no row there waits', async (t) => {
  const it = await phased(t, {
    name: 'move_column',
    init: there,
    up: moved,
    rows: [
      "INSERT INTO users (bio, points) SELECT 'bio ' || g, g FROM generate_series(1, 1500) g",
      "INSERT INTO profiles SELECT id, 'light' FROM users WHERE id % 10 > 0",
    ],
  })
  const before = [await shape(it, 'users'), await shape(it, 'profiles')]
  const { all, write } = it
  const one = async (id) => (await all(`SELECT u.bio, u.points, p.bio, p.points FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = ${id}`))[0]
  assert.match(it.run('expand', ...both).err, /--missing profiles=make.*\n.*--missing profiles=hold/)
  it.done('expand', ...both, '--missing', 'profiles=hold')
  await it.deploy(NAME)
  // An old version knows both tables, and no column that comes.
  await write("INSERT INTO users (id, bio) VALUES (2001, 'old')", "UPDATE users SET points = 5 WHERE id = 2001")
  assert.deepEqual(await one(2001), ['old', '5.00', null, null])
  await write("INSERT INTO profiles (user_id, theme) VALUES (2001, 'dark')")
  assert.deepEqual(await one(2001), ['old', '5.00', 'old', '5.00'])
  await write("UPDATE users SET bio = NULL WHERE id = 2001", "UPDATE users SET bio = 'filled' WHERE id = 1")
  assert.deepEqual(await one(2001), [null, '5.00', null, '5.00'])
  assert.deepEqual(await one(1), ['filled', '1.00', 'filled', '1.00'])
  // A new one names the other table's.
  await write('INSERT INTO users (id) VALUES (2002)', "INSERT INTO profiles (user_id, theme, bio, points) VALUES (2002, 'x', 'new', 7)", "UPDATE profiles SET points = 9 WHERE user_id = 2", "UPDATE profiles SET theme = 'y' WHERE user_id = 3")
  assert.deepEqual(await one(2002), ['new', '7.00', 'new', '7.00'])
  assert.deepEqual(await one(2), ['bio 2', '9.00', 'bio 2', '9.00'], 'what was not written is filled on the way')
  assert.deepEqual(await one(3), ['bio 3', '3.00', 'bio 3', '3.00'])
  await write('DELETE FROM profiles WHERE user_id = 2002')
  assert.deepEqual(await one(2002), ['new', '7.00', null, null], 'an old version loses nothing')
  assert.match(it.done('backfill', '--batch', '100'), /nothing is left to do/)
  assert.deepEqual(await one(2), ['bio 2', '9.00', 'bio 2', '9.00'])
  const closed = it.run('contract').out
  assert.match(closed, /open +backfilled/)
  assert.match(closed, /closed +missing: 151 rows of users that hold bio and points and have no row in profiles/)
  await write("INSERT INTO profiles (user_id, theme) SELECT id, 'made' FROM users ON CONFLICT DO NOTHING")
  assert.deepEqual(await one(10), ['bio 10', '10.00', 'bio 10', '10.00'])
  const kept = await all('SELECT id, bio, points FROM users ORDER BY id')
  await it.end()
  const columns = (await shape(it, 'profiles')).filter(([kind]) => kind !== 'constraint')
  assert.deepEqual(columns.map(([, name, what]) => `${name} ${what}`), [
    'bio text false ', 'points numeric(8,2) true 0', 'theme text true ', 'user_id integer true ',
    'profiles_pkey CREATE UNIQUE INDEX profiles_pkey ON public.profiles USING btree (user_id)',
    'profiles_points_idx CREATE INDEX profiles_points_idx ON public.profiles USING btree (points)',
  ])

  it.back()
  assert.deepEqual(await all('SELECT id, bio, points FROM users ORDER BY id'), kept)
  await write("UPDATE profiles SET bio = 'again' WHERE user_id = 5")
  it.back()
  assert.deepEqual([await shape(it, 'users'), await shape(it, 'profiles')], before)
  assert.deepEqual(await all('SELECT bio FROM users WHERE id = 5'), [['again']])
})

test('rows that are missing are made by the backfill', async (t) => {
  const it = await phased(t, {
    name: 'move_make',
    init: there,
    up: moved,
    rows: ["INSERT INTO users (bio, points) VALUES ('one', 1), (NULL, 0), ('three', 0)", "INSERT INTO profiles VALUES (3, 'light')"],
  })
  assert.match(it.run('expand', ...both, '--missing', 'profiles=make').err, /--fill profiles\.theme=<SQL expression>/)
  assert.match(it.run('expand', ...both, '--missing', 'profiles=maybe').err, /it is not <table>=make or <table>=hold/)
  it.done('expand', ...both, '--missing', 'profiles=make', '--fill', "profiles.theme='theme of ' || id")
  await it.deploy(NAME)
  assert.match(it.done('backfill'), /2 rows filled/)
  const rows = [['1', 'theme of 1', 'one', '1.00'], ['3', 'light', 'three', '0.00']]
  assert.deepEqual(await it.all('SELECT user_id, theme, bio, points FROM profiles ORDER BY 1'), rows)
  await it.end()
  it.back()
  assert.deepEqual(await it.all('SELECT id, bio, points FROM users ORDER BY id'), [['1', 'one', '1.00'], ['2', null, '0.00'], ['3', 'three', '0.00']])
})

const about = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "bio" TEXT NOT NULL, "points" INTEGER, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`
const upAgain = `ALTER TABLE "profiles" DROP COLUMN "bio",
DROP COLUMN "points";
ALTER TABLE "users" ADD COLUMN "bio" TEXT,
ADD COLUMN "points" INTEGER;
`
const ups = ['--move', 'profiles.bio=users.bio', '--move', 'profiles.points=users.points', '--fill', "profiles.bio=''"]

test('columns move to the table that theirs refers to', async (t) => {
  const it = await phased(t, {
    name: 'move_up',
    init: about,
    up: upAgain,
    rows: ["INSERT INTO users (email) SELECT 'e' || g FROM generate_series(1, 1200) g", "INSERT INTO profiles (user_id, bio, points) SELECT id, 'bio ' || id, id FROM users WHERE id % 4 > 0"],
  })
  const before = [await shape(it, 'users'), await shape(it, 'profiles')]
  const { all, write } = it
  const one = async (id) => (await all(`SELECT p.bio, p.points, u.bio, u.points FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = ${id}`))[0]
  it.done('expand', ...ups)
  await it.deploy(NAME)
  await write("UPDATE profiles SET bio = 'old' WHERE user_id = 1", "UPDATE users SET bio = 'new' WHERE id = 2", "UPDATE users SET email = 'x' WHERE id = 3")
  assert.deepEqual([await one(1), await one(2), await one(3)], [['old', '1', 'old', '1'], ['new', '2', 'new', '2'], ['bio 3', '3', 'bio 3', '3']])
  // No row for it yet: who makes one takes what is there, or says otherwise.
  await write("UPDATE users SET bio = 'early', points = 4 WHERE id IN (4, 8)", 'INSERT INTO profiles (user_id, points) VALUES (4, 44)', "INSERT INTO profiles (user_id, bio) VALUES (8, 'said')")
  assert.deepEqual([await one(4), await one(8)], [['early', '44', 'early', '44'], ['said', '4', 'said', '4']])
  await write("INSERT INTO profiles (user_id, bio) VALUES (8, 'again') ON CONFLICT (user_id) DO UPDATE SET bio = EXCLUDED.bio", 'UPDATE users SET bio = NULL, points = NULL WHERE id = 5', 'DELETE FROM profiles WHERE user_id = 4')
  assert.deepEqual([await one(8), await one(4)], [['again', '4', 'again', '4'], [null, null, 'early', '44']])
  // A row that becomes another user's: his own value stops it, and none takes it.
  await write("UPDATE users SET bio = 'his' WHERE id = 12")
  await assert.rejects(write('UPDATE profiles SET user_id = 12 WHERE user_id = 6'), /which holds another value of its own/)
  await write('UPDATE profiles SET user_id = 16 WHERE user_id = 6', 'UPDATE users SET id = 5000 WHERE id = 7')
  assert.deepEqual([await one(16), await one(5000)], [['bio 6', '6', 'bio 6', '6'], ['bio 7', '7', 'bio 7', '7']])
  assert.match(it.done('backfill', '--batch', '100'), /nothing is left to do/)
  const differ = "SELECT count(*) FROM profiles p JOIN users u ON u.id = p.user_id WHERE p.bio IS DISTINCT FROM coalesce(u.bio, '') OR p.points IS DISTINCT FROM u.points"
  await write("UPDATE profiles SET bio = bio || '!' WHERE user_id < 600", "UPDATE users SET bio = upper(bio), points = points + 1 WHERE id % 2 = 0", 'UPDATE users SET bio = NULL, points = NULL WHERE id = 5')
  assert.deepEqual(await one(5), ['', null, null, null])
  assert.deepEqual(await all(differ), [['0']])
  const kept = await all('SELECT id, user_id, bio, points FROM profiles ORDER BY id')
  await it.end()
  await write("UPDATE users SET bio = 'late' WHERE id = 9")
  it.back()
  assert.deepEqual(await all('SELECT id, user_id, bio, points FROM profiles ORDER BY id'), kept.map((row) => (row[1] === '9' ? [row[0], '9', 'late', row[3]] : row)))
  it.back()
  assert.deepEqual([await shape(it, 'users'), await shape(it, 'profiles')], before)
})

const apartTables = `CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "bio" TEXT NOT NULL, "points" INTEGER, "theme" TEXT NOT NULL, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
`
const oneTable = `-- DropForeignKey
ALTER TABLE "profiles" DROP CONSTRAINT "profiles_user_id_fkey";

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "bio" TEXT,
ADD COLUMN     "points" INTEGER;

-- DropTable
DROP TABLE "profiles";
`
const merges = [...ups, '--fill', "profiles.theme='theme of ' || id"]

test('two tables become one while old and new versions write', async (t) => {
  const it = await phased(t, {
    name: 'merge_tables',
    init: apartTables,
    up: oneTable,
    rows: ["INSERT INTO users (email) SELECT 'e' || g FROM generate_series(1, 1200) g", "INSERT INTO profiles (user_id, bio, points, theme) SELECT id, 'bio ' || id, id, 'dark' FROM users WHERE id % 4 > 0"],
  })
  const before = [await shape(it, 'users'), await shape(it, 'profiles')]
  const { all, write } = it
  const one = async (id) => (await all(`SELECT p.bio, p.points, u.bio, u.points FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = ${id}`))[0]
  const none = [null, null, null, null]
  const asked = it.run('expand').err
  assert.match(asked, /--move profiles\.bio=users\.bio/)
  assert.match(it.run('expand', ...ups).err, /--fill profiles\.theme=<SQL expression>/)
  assert.match(it.done('expand', ...merges), /the contract drops id and theme of profiles, which do not move/)
  await it.deploy(NAME)
  // Rows that are filled, and rows that are not.
  await write("UPDATE profiles SET bio = 'old' WHERE user_id = 1", "UPDATE users SET bio = 'new' WHERE id = 2", "UPDATE users SET email = 'x' WHERE id = 3", "UPDATE profiles SET theme = 'x' WHERE user_id = 5")
  assert.deepEqual([await one(1), await one(2), await one(3)], [['old', '1', 'old', '1'], ['new', '2', 'new', '2'], ['bio 3', '3', 'bio 3', '3']])
  assert.deepEqual(await one(5), ['bio 5', '5', null, null])
  // What a new version writes has a row for old ones; without anything there is none.
  await write("UPDATE users SET bio = 'four' WHERE id = 4", 'UPDATE users SET points = 8 WHERE id = 8', "INSERT INTO users (id, bio) VALUES (3001, 'made')", "INSERT INTO users (id, email) VALUES (3002, 'x')")
  assert.deepEqual([await one(4), await one(8), await one(3001), await one(3002)], [['four', null, 'four', null], ['', '8', null, '8'], ['made', null, 'made', null], none])
  assert.deepEqual(await all('SELECT theme FROM profiles WHERE user_id IN (4, 3001) ORDER BY user_id'), [['theme of 4'], ['theme of 3001']])
  await write("INSERT INTO users (id, bio) VALUES (3001, 'again') ON CONFLICT (id) DO UPDATE SET bio = EXCLUDED.bio", "INSERT INTO profiles (user_id, bio, theme) VALUES (3002, '', 'x')")
  assert.deepEqual([await one(3001), await one(3002)], [['again', null, 'again', null], ['', null, null, null]])
  // A row that an old version deletes takes along what it held, filled or not; NULL from a new one leaves the row.
  await write('DELETE FROM profiles WHERE user_id IN (4, 6)', 'UPDATE users SET bio = NULL, points = NULL WHERE id = 7')
  assert.deepEqual([await one(4), await one(6), await one(7)], [none, none, ['bio 7', '7', 'bio 7', '7']], 'a row that was not filled is, first')
  await write('UPDATE users SET bio = NULL, points = NULL WHERE id = 7')
  assert.deepEqual(await one(7), ['', null, null, null])
  // An old row becomes that of another; a key that changes takes it along; a user who goes, too.
  await write('UPDATE profiles SET user_id = 4 WHERE user_id = 3001', 'UPDATE users SET id = 5000 WHERE id = 9', 'DELETE FROM users WHERE id = 10')
  assert.deepEqual([await one(4), await one(3001), await one(5000)], [['again', null, 'again', null], none, ['bio 9', '9', 'bio 9', '9']])
  assert.deepEqual(await all('SELECT count(*) FROM profiles WHERE user_id IN (9, 10)'), [['0']])
  assert.match(it.done('backfill', '--batch', '100'), /nothing is left to do/)
  const differ = `SELECT count(*) FROM users u FULL JOIN profiles p ON p.user_id = u.id WHERE coalesce(p.bio, '') IS DISTINCT FROM coalesce(u.bio, '') OR p.points IS DISTINCT FROM u.points`
  await write("UPDATE profiles SET bio = bio || '!' WHERE user_id < 600", "UPDATE users SET bio = upper(bio), points = points + 1 WHERE id % 2 = 0", "UPDATE users SET bio = 'all' WHERE id % 8 = 0")
  assert.deepEqual(await all(differ), [['0']])
  const kept = await all('SELECT user_id, bio, points FROM profiles ORDER BY user_id')
  await it.end()
  assert.deepEqual(await all("SELECT to_regclass('profiles')"), [[null]])
  assert.deepEqual(await all("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"), [['0']])
  assert.deepEqual(await all("SELECT count(*) FROM pg_proc WHERE proname LIKE 'unmigrate%'"), [['0']])
  await write("UPDATE users SET bio = 'late' WHERE id = 11", "INSERT INTO users (id, points) VALUES (6000, 60)", 'UPDATE users SET bio = NULL, points = NULL WHERE id = 13')

  it.back()
  // A row for each user who holds something, without what did not move.
  const gone = ['13', '3002']
  const expected = kept.filter(([id]) => !gone.includes(id)).map(([id, ...held]) => (id === '11' ? [id, 'late', held[1]] : [id, ...held])).concat([['6000', '', '60']])
  assert.deepEqual(await all('SELECT user_id, bio, points FROM profiles ORDER BY user_id'), expected)
  assert.deepEqual(await all("SELECT count(*) FROM profiles WHERE theme <> 'theme of ' || user_id"), [['0']])
  assert.deepEqual(await all(differ), [['0']])
  await write("UPDATE profiles SET bio = 'again' WHERE user_id = 11", 'DELETE FROM profiles WHERE user_id = 6000', "UPDATE users SET bio = 'over there' WHERE id = 15")
  assert.deepEqual([await one(11), await one(6000), await one(15)], [['again', '11', 'again', '11'], none, ['over there', '15', 'over there', '15']])
  it.back()
  assert.deepEqual([await shape(it, 'users'), await shape(it, 'profiles')], before)
  assert.deepEqual(await all('SELECT bio FROM profiles WHERE user_id IN (11, 15) ORDER BY user_id'), [['again'], ['over there']])
})

test('rows that a way back has made are older in no copy', async (t) => {
  const it = await phased(t, {
    name: 'merge_kept',
    init: apartTables,
    up: oneTable,
    rows: ["INSERT INTO users (email) SELECT 'e' || g FROM generate_series(1, 3) g", "INSERT INTO profiles (user_id, bio, theme) SELECT id, 'bio ' || id, 'dark' FROM users"],
  })
  it.done('expand', ...merges)
  await it.deploy(NAME)
  it.done('backfill')
  it.done('contract')
  it.done('deploy', '--direct', '--confirm', it.database)
  await it.write('UPDATE users SET bio = NULL WHERE id = 3')
  const undone = it.run('rollback', '--confirm', it.database)
  assert.equal(undone.code, 0, undone.out + undone.err)
  assert.match(undone.out + undone.err, /is not put back: the way back has made its rows out of what was written since/)
  // Put back, the row of the third would bring its old value to users again.
  assert.deepEqual(await it.all('SELECT u.id, u.bio, p.bio FROM users u LEFT JOIN profiles p ON p.user_id = u.id ORDER BY 1'), [['1', 'bio 1', 'bio 1'], ['2', 'bio 2', 'bio 2'], ['3', null, null]])
})

test('each phase is proven with rows', async (t) => {
  await proves(t, 'postgres', {
    split: [users, split, moves, ['exact lossless', 'exact lossless']],
    move: [there, moved, [...both, '--missing', 'profiles=hold'], ['exact lossless', 'exact lossless']],
    make: [there, moved, [...both, '--missing', 'profiles=make', '--fill', "profiles.theme='x'"], ['exact lossless', 'exact lossless']],
    up: [about, upAgain, ups, ['exact lossless', 'exact lossless']],
    merge: [apartTables, oneTable, merges, ['exact lossless', 'exact lossy']],
  }, 'moves_scratch')
})

const myUsers = `CREATE TABLE \`users\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`email\` VARCHAR(191) NOT NULL, \`bio\` TEXT NOT NULL, \`avatar\` VARCHAR(191) NULL, UNIQUE INDEX \`users_email_key\`(\`email\`), INDEX \`users_avatar_idx\`(\`avatar\`), PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`
const mySplit = `DROP INDEX \`users_avatar_idx\` ON \`users\`;
ALTER TABLE \`users\` DROP COLUMN \`avatar\`,
    DROP COLUMN \`bio\`;
CREATE TABLE \`profiles\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`user_id\` INTEGER NOT NULL, \`bio\` TEXT NOT NULL, \`avatar\` VARCHAR(191) NULL, \`theme\` VARCHAR(191) NOT NULL DEFAULT 'light', UNIQUE INDEX \`profiles_user_id_key\`(\`user_id\`), PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE \`profiles\` ADD CONSTRAINT \`profiles_user_id_fkey\` FOREIGN KEY (\`user_id\`) REFERENCES \`users\`(\`id\`) ON DELETE CASCADE ON UPDATE CASCADE;
`

test('MariaDB: a table is split while old and new versions write', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'split_table',
    init: myUsers,
    up: mySplit,
    rows: ["INSERT INTO users (email, bio, avatar) SELECT CONCAT('e', seq), IF(seq % 3 = 0, '', CONCAT('bio ', seq)), IF(seq % 2 = 0, CONCAT('a', seq), NULL) FROM seq_1_to_1500"],
  })
  const { all, write } = it
  const made = () => all('SHOW CREATE TABLE users')
  const before = await made()
  const one = async (id) => (await all(seen.replace('ORDER', `WHERE u.id = ${id} ORDER`)))[0].slice(1)
  it.done('expand', ...moves)
  await it.deploy(NAME)
  await write("INSERT INTO users (id, email, bio) VALUES (3001, 'x1', ''), (3002, 'x2', 'two')", "UPDATE users SET bio = 'one' WHERE id = 1")
  assert.deepEqual([await one(3001), await one(3002), await one(1)], [['', null, null, null], ['two', null, 'two', null], ['one', null, 'one', null]])
  await write("INSERT INTO users (email, bio) VALUES ('x2', 'again') ON DUPLICATE KEY UPDATE bio = VALUES(bio)", "UPDATE users SET avatar = 'pic' WHERE id = 3001")
  assert.deepEqual([await one(3001), await one(3002)], [['', 'pic', '', 'pic'], ['again', null, 'again', null]])
  await write("INSERT INTO users (id, email) VALUES (3004, 'x4')", "INSERT INTO profiles (user_id, bio) VALUES (3004, 'four')")
  const upsert = (id, bio) => `INSERT INTO profiles (user_id, bio) VALUES (${id}, ${bio}) ON DUPLICATE KEY UPDATE bio = VALUES(bio)`
  await write(upsert(3004, "'4'"), upsert(2, "'second'"))
  assert.deepEqual([await one(3004), await one(2)], [['4', null, '4', null], ['second', 'a2', 'second', 'a2']])
  await write('UPDATE profiles SET avatar = NULL WHERE user_id = 2', "UPDATE profiles SET bio = 'x', avatar = 'y' WHERE user_id = 1")
  assert.deepEqual([await one(2), await one(1)], [['second', null, 'second', null], ['x', 'y', 'x', 'y']])
  await write('DELETE FROM profiles WHERE user_id = 3004', 'DELETE FROM users WHERE id = 3002', 'UPDATE users SET id = 4001 WHERE id = 3001')
  assert.deepEqual([await one(3004), await one(4001)], [['', null, null, null], ['', 'pic', '', 'pic']])
  await write('UPDATE profiles SET user_id = 3004 WHERE user_id = 4001', "REPLACE INTO users (id, email, bio) VALUES (4001, 'x1', 'replaced')")
  assert.deepEqual([await one(3004), await one(4001)], [['', 'pic', '', 'pic'], ['replaced', null, 'replaced', null]])
  await assert.rejects(write('UPDATE profiles SET user_id = 5 WHERE user_id = 3004'), /can not become that of a row of users which holds another value/)
  assert.match(it.done('backfill', '--batch', '200'), /nothing is left to do/)
  const differ = `SELECT count(*) FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE NOT (u.bio <=> coalesce(p.bio, '')) OR NOT (u.avatar <=> p.avatar)`
  assert.deepEqual(await all(differ), [['0']])
  await write("UPDATE users SET bio = CONCAT(bio, '!') WHERE id <= 1000", "UPDATE profiles SET bio = upper(bio), avatar = CONCAT(avatar, '?') WHERE user_id % 2 = 0")
  assert.deepEqual(await all(differ), [['0']])
  assert.deepEqual(await one(10), ['BIO 10!', 'a10?', 'BIO 10!', 'a10?'])
  const kept = await all('SELECT id, bio, avatar FROM users ORDER BY id')
  await it.end()
  assert.deepEqual(await all('SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()'), [['0']])
  await write("UPDATE profiles SET bio = 'late' WHERE user_id = 7", 'DELETE FROM profiles WHERE user_id = 8')
  it.back()
  const expected = kept.map(([id, bio, avatar]) => (id === '7' ? [id, 'late', avatar] : id === '8' ? [id, '', null] : [id, bio, avatar]))
  assert.deepEqual(await all('SELECT id, bio, avatar FROM users ORDER BY id'), expected)
  await write("UPDATE users SET bio = 'again' WHERE id = 8", "UPDATE profiles SET bio = 'over there' WHERE user_id = 7")
  assert.deepEqual([await one(7), await one(8)], [['over there', null, 'over there', null], ['again', null, 'again', null]])
  it.back()
  assert.deepEqual((await made())[0][1].replace(/AUTO_INCREMENT=\d+ /, ''), before[0][1].replace(/AUTO_INCREMENT=\d+ /, ''))
  assert.deepEqual(await all('SELECT bio FROM users WHERE id IN (7, 8) ORDER BY id'), [['over there'], ['again']])
})

const myThere = `CREATE TABLE \`users\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`bio\` TEXT NULL, \`points\` DECIMAL(8, 2) NOT NULL DEFAULT 0, PRIMARY KEY (\`id\`));
CREATE TABLE \`profiles\` (\`user_id\` INTEGER NOT NULL, \`theme\` VARCHAR(191) NOT NULL, PRIMARY KEY (\`user_id\`));
ALTER TABLE \`profiles\` ADD CONSTRAINT \`profiles_user_id_fkey\` FOREIGN KEY (\`user_id\`) REFERENCES \`users\`(\`id\`) ON DELETE RESTRICT ON UPDATE CASCADE;
`
const myMoved = `ALTER TABLE \`users\` DROP COLUMN \`bio\`,
    DROP COLUMN \`points\`;
ALTER TABLE \`profiles\` ADD COLUMN \`bio\` TEXT NULL,
    ADD COLUMN \`points\` DECIMAL(8, 2) NOT NULL DEFAULT 0;
CREATE INDEX \`profiles_points_idx\` ON \`profiles\`(\`points\`);
`

test('MariaDB: columns move to a table that is there', async (t) => {
  for (const missing of ['hold', 'make']) {
    const it = await phased(t, {
      engine: 'mysql',
      name: `move_${missing}`,
      init: myThere,
      up: myMoved,
      rows: ["INSERT INTO users (bio, points) SELECT CONCAT('bio ', seq), seq FROM seq_1_to_1200", "INSERT INTO profiles SELECT id, 'light' FROM users WHERE id % 10 > 0"],
    })
    const { all, write } = it
    const one = async (id) => (await all(`SELECT u.bio, u.points, p.bio, p.points FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = ${id}`))[0]
    it.done('expand', ...both, '--missing', `profiles=${missing}`, '--fill', "profiles.theme='made'")
    await it.deploy(NAME)
    await write("INSERT INTO users (id, bio) VALUES (2001, 'old')", 'UPDATE users SET points = 5 WHERE id = 2001')
    assert.deepEqual(await one(2001), ['old', '5.00', null, null])
    await write("INSERT INTO profiles (user_id, theme) VALUES (2001, 'dark')", "UPDATE users SET bio = NULL WHERE id = 2001", "UPDATE users SET bio = 'filled' WHERE id = 1")
    assert.deepEqual([await one(2001), await one(1)], [[null, '5.00', null, '5.00'], ['filled', '1.00', 'filled', '1.00']])
    await write('INSERT INTO users (id) VALUES (2002)', "INSERT INTO profiles (user_id, theme, bio, points) VALUES (2002, 'x', 'new', 7)", 'UPDATE profiles SET points = 9 WHERE user_id = 2', "UPDATE profiles SET theme = 'y' WHERE user_id = 3")
    assert.deepEqual([await one(2002), await one(2), await one(3)], [['new', '7.00', 'new', '7.00'], ['bio 2', '9.00', 'bio 2', '9.00'], ['bio 3', '3.00', 'bio 3', '3.00']])
    await write('DELETE FROM profiles WHERE user_id = 2002')
    assert.deepEqual(await one(2002), ['new', '7.00', null, null], 'an old version loses nothing')
    assert.match(it.done('backfill', '--batch', '100'), /nothing is left to do/)
    if (missing === 'hold') {
      assert.match(it.run('contract').out, /closed +missing: 121 rows of users that hold bio and points and have no row in profiles/)
      await write("INSERT IGNORE INTO profiles (user_id, theme) SELECT id, 'made' FROM users")
    }
    assert.deepEqual([await one(10), await one(11)], [['bio 10', '10.00', 'bio 10', '10.00'], ['bio 11', '11.00', 'bio 11', '11.00']])
    const kept = await all('SELECT id, bio, points FROM users ORDER BY id')
    await it.end()
    const columns = await all("SELECT COLUMN_NAME, IS_NULLABLE, COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'profiles' ORDER BY 1")
    assert.deepEqual(columns, [['bio', 'YES', 'NULL'], ['points', 'NO', '0.00'], ['theme', 'NO', null], ['user_id', 'NO', null]])
    it.back()
    assert.deepEqual(await all('SELECT id, bio, points FROM users ORDER BY id'), kept)
    await write("UPDATE profiles SET bio = 'again' WHERE user_id = 5")
    it.back()
    assert.deepEqual(await all('SELECT bio FROM users WHERE id = 5'), [['again']])
  }
})

test('MariaDB: each phase of a move is proven with rows', async (t) => {
  await proves(t, 'mysql', {
    split: [myUsers, mySplit, moves, ['exact lossless', 'exact lossless']],
    move: [myThere, myMoved, [...both, '--missing', 'profiles=hold'], ['exact lossless', 'exact lossless']],
    up: [myAbout, myUpAgain, ups, ['exact lossless', 'exact lossless']],
  }, 'moves_scratch')
})

const myAbout = `CREATE TABLE \`users\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`email\` VARCHAR(191) NULL, PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE \`profiles\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`user_id\` INTEGER NOT NULL, \`bio\` TEXT NOT NULL, \`points\` INTEGER NULL, UNIQUE INDEX \`profiles_user_id_key\`(\`user_id\`), PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE \`profiles\` ADD CONSTRAINT \`profiles_user_id_fkey\` FOREIGN KEY (\`user_id\`) REFERENCES \`users\`(\`id\`) ON DELETE CASCADE ON UPDATE CASCADE;
`
const myUpAgain = `ALTER TABLE \`profiles\` DROP COLUMN \`bio\`,
    DROP COLUMN \`points\`;
ALTER TABLE \`users\` ADD COLUMN \`bio\` TEXT NULL,
    ADD COLUMN \`points\` INTEGER NULL;
`

test('MariaDB: columns move to the table that theirs refers to', async (t) => {
  const it = await phased(t, {
    engine: 'mysql',
    name: 'move_up',
    init: myAbout,
    up: myUpAgain,
    rows: ["INSERT INTO users (email) SELECT CONCAT('e', seq) FROM seq_1_to_1200", "INSERT INTO profiles (user_id, bio, points) SELECT id, CONCAT('bio ', id), id FROM users WHERE id % 4 > 0"],
  })
  const { all, write } = it
  const made = async () => (await all('SHOW CREATE TABLE profiles'))[0][1].replace(/AUTO_INCREMENT=\d+ /, '')
  const before = await made()
  const one = async (id) => (await all(`SELECT p.bio, p.points, u.bio, u.points FROM users u LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = ${id}`))[0]
  it.done('expand', ...ups)
  await it.deploy(NAME)
  await write("UPDATE profiles SET bio = 'old' WHERE user_id = 1", "UPDATE users SET bio = 'new' WHERE id = 2", "UPDATE users SET email = 'x' WHERE id = 3")
  assert.deepEqual([await one(1), await one(2), await one(3)], [['old', '1', 'old', null], ['new', '2', 'new', null], ['bio 3', '3', null, null]])
  await write("UPDATE users SET bio = 'early', points = 4 WHERE id IN (4, 8)", 'INSERT INTO profiles (user_id, points) VALUES (4, 44)', "INSERT INTO profiles (user_id, bio) VALUES (8, 'said')")
  assert.deepEqual([await one(4), await one(8)], [['early', '44', 'early', '44'], ['said', '4', 'said', '4']])
  await write("INSERT INTO profiles (user_id, bio) VALUES (8, 'again') ON DUPLICATE KEY UPDATE bio = VALUES(bio)", 'UPDATE users SET bio = NULL, points = NULL WHERE id = 5', 'DELETE FROM profiles WHERE user_id = 4')
  assert.deepEqual([await one(8), await one(4)], [['again', '4', 'again', '4'], [null, null, 'early', '44']])
  await assert.rejects(write('UPDATE profiles SET user_id = 4 WHERE user_id = 6'), /which holds another value of its own/)
  await write('UPDATE profiles SET user_id = 16 WHERE user_id = 6', 'UPDATE users SET id = 5000 WHERE id = 7', "REPLACE INTO users (id, email, bio) VALUES (12, 'x', 'replaced')")
  assert.deepEqual([await one(16), await one(5000), await one(12)], [['bio 6', '6', 'bio 6', '6'], ['bio 7', '7', null, null], [null, null, 'replaced', null]])
  assert.match(it.done('backfill', '--batch', '100'), /nothing is left to do/)
  assert.deepEqual([await one(2), await one(5), await one(5000)], [['new', '2', 'new', '2'], ['bio 5', '5', 'bio 5', '5'], ['bio 7', '7', 'bio 7', '7']])
  const differ = "SELECT count(*) FROM profiles p JOIN users u ON u.id = p.user_id WHERE NOT (p.bio <=> coalesce(u.bio, '')) OR NOT (p.points <=> u.points)"
  await write("UPDATE profiles SET bio = CONCAT(bio, '!') WHERE user_id < 600", "UPDATE users SET bio = upper(bio), points = points + 1 WHERE id % 2 = 0", 'UPDATE users SET bio = NULL, points = NULL WHERE id = 5')
  assert.deepEqual(await one(5), ['', null, null, null])
  assert.deepEqual(await all(differ), [['0']])
  const kept = await all('SELECT id, user_id, bio, points FROM profiles ORDER BY id')
  await it.end()
  assert.deepEqual(await all('SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()'), [['0']])
  await write("UPDATE users SET bio = 'late' WHERE id = 9")
  it.back()
  assert.deepEqual(await all('SELECT id, user_id, bio, points FROM profiles ORDER BY id'), kept.map((row) => (row[1] === '9' ? [row[0], '9', 'late', row[3]] : row)))
  await write("UPDATE profiles SET bio = 'again' WHERE user_id = 9", "UPDATE users SET bio = 'over there' WHERE id = 11")
  assert.deepEqual([(await one(9))[2], (await one(11))[0]], ['again', 'over there'])
  it.back()
  assert.equal(await made(), before)
})

/** Numbers that are the same in every run. */
const numbers = (seed) => (n) => {
  seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
  return ((seed ^ (seed >>> 13)) >>> 0) % n
}

/** What an old version and a new one write, to few rows: `split` has the values in users first, `merge` and `up` in profiles. */
function statements(engine, side, seed, change = 'split') {
  const next = numbers(seed)
  const id = () => 1 + next(30)
  const word = () => (next(6) === 0 ? "''" : `'${side} ${next(1e6)}'`)
  const maybe = () => (next(3) === 0 ? 'NULL' : `'${side} ${next(1e6)}'`)
  const again = (key, ...columns) => (engine === 'mysql'
    ? `ON DUPLICATE KEY UPDATE ${columns.map((c) => `${c} = VALUES(${c})`).join(', ')}`
    : `ON CONFLICT (${key}) DO UPDATE SET ${columns.map((c) => `${c} = EXCLUDED.${c}`).join(', ')}`)
  const kinds = {
    old: [
      () => `UPDATE users SET bio = ${word()} WHERE id = ${id()}`,
      () => `UPDATE users SET bio = ${word()}, avatar = ${maybe()} WHERE id = ${id()}`,
      () => `UPDATE users SET avatar = ${maybe()} WHERE id % 5 = ${next(5)}`,
      () => { const n = id(); return `INSERT INTO users (id, email, bio) VALUES (${n}, 'e${n}', ${word()}) ${again('id', 'bio')}` },
      () => `DELETE FROM users WHERE id = ${id()}`,
    ],
    new: [
      () => `UPDATE profiles SET bio = ${word()} WHERE user_id = ${id()}`,
      () => `UPDATE profiles SET avatar = ${maybe()} WHERE user_id % 5 = ${next(5)}`,
      () => { const n = id(); return `INSERT INTO users (id, email) VALUES (${n}, 'e${n}')` },
      () => `INSERT INTO profiles (user_id, bio, avatar) VALUES (${id()}, ${word()}, ${maybe()}) ${again('user_id', 'bio', 'avatar')}`,
      () => `DELETE FROM profiles WHERE user_id = ${id()}`,
      () => `UPDATE profiles SET user_id = ${id()} WHERE user_id = ${id()}`,
    ],
  }
  // The other way around an old version has what a new one has there, but that new ones write no row of a table that goes.
  const turned = {
    old: kinds.new,
    new: [
      () => `UPDATE users SET bio = ${maybe()} WHERE id = ${id()}`,
      () => `UPDATE users SET bio = ${maybe()}, avatar = ${maybe()} WHERE id = ${id()}`,
      () => `UPDATE users SET avatar = ${maybe()} WHERE id % 5 = ${next(5)}`,
      () => { const n = id(); return `INSERT INTO users (id, email, bio) VALUES (${n}, 'e${n}', ${maybe()}) ${again('id', 'bio')}` },
      () => `DELETE FROM users WHERE id = ${id()}`,
      ...(change === 'up' ? [() => `INSERT INTO profiles (user_id) VALUES (${id()})`, () => `DELETE FROM profiles WHERE user_id = ${id()}`] : []),
    ],
  }
  const all = (change === 'split' ? kinds : turned)[side]
  const one = () => all[next(all.length)]()
  return Array.from({ length: 150 }, () => (next(4) === 0 ? ['BEGIN', one(), one(), next(5) === 0 ? 'ROLLBACK' : 'COMMIT'] : [one()]))
}

const bare = (sql) => sql.replace(/"bio" TEXT NOT NULL, "avatar" TEXT, /, '').replace(/CREATE INDEX .*\n/, '')
const beside = `CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "bio" TEXT NOT NULL, "avatar" TEXT, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
`
const myBare = 'CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, email VARCHAR(191) NOT NULL, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n'
const myBeside = `CREATE TABLE profiles (id INTEGER NOT NULL AUTO_INCREMENT, user_id INTEGER NOT NULL, bio TEXT NOT NULL, avatar VARCHAR(191) NULL, UNIQUE INDEX profiles_user_id_key(user_id), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE profiles ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE ON UPDATE CASCADE;
`
const back = ['--move', 'profiles.bio=users.bio', '--move', 'profiles.avatar=users.avatar', '--fill', "profiles.bio=''"]
const both30 = (engine) => (engine === 'mysql' ? 'FROM (WITH RECURSIVE n AS (SELECT 1 AS g UNION ALL SELECT g + 1 FROM n WHERE g < 30) SELECT g FROM n) AS n' : 'FROM generate_series(1, 30) g')
const inUsers = (engine) => [`INSERT INTO users (id, email, bio, avatar) SELECT g, concat('e', g), concat('bio ', g), concat('a', g) ${both30(engine)}`]
const inProfiles = (engine) => [`INSERT INTO users (id, email) SELECT g, concat('e', g) ${both30(engine)}`, "INSERT INTO profiles (user_id, bio, avatar) SELECT id, concat('bio ', id), concat('a', id) FROM users"]

/** The schema, the migration, the flags and the rows of each change that is written at once from both sides. */
const AT_ONCE = {
  'split postgres': [users, split, moves, inUsers],
  'split mysql': [myUsers, mySplit, moves, inUsers],
  'up postgres': [bare(users) + beside.replace('RESTRICT', 'CASCADE'), 'ALTER TABLE "profiles" DROP COLUMN "bio", DROP COLUMN "avatar";\nALTER TABLE "users" ADD COLUMN "bio" TEXT, ADD COLUMN "avatar" TEXT;\n', back, inProfiles],
  'up mysql': [myBare + myBeside, 'ALTER TABLE profiles DROP COLUMN bio, DROP COLUMN avatar;\nALTER TABLE users ADD COLUMN bio TEXT, ADD COLUMN avatar VARCHAR(191);\n', back, inProfiles],
  'merge postgres': [bare(users) + beside, 'ALTER TABLE "profiles" DROP CONSTRAINT "profiles_user_id_fkey";\nALTER TABLE "users" ADD COLUMN "bio" TEXT, ADD COLUMN "avatar" TEXT;\nDROP TABLE "profiles";\n', back, inProfiles],
}

for (const [name, [init, up, flags, rows]] of Object.entries(AT_ONCE)) {
  test(`old and new versions write the same rows at once: ${name}`, async (t) => {
    const [change, engine] = name.split(' ')
    const it = await phased(t, { engine, name: `${change}_at_once`, init, up, rows: rows(engine) })
    it.done('expand', ...flags)
    await it.deploy(NAME)
    const quick = engine === 'mysql' ? [] : ["SET deadlock_timeout = '20ms'"]
    // A statement may be refused (a key that is taken, a deadlock); what it leaves is the same on both sides.
    const session = async (side, seed) => {
      for (const texts of statements(engine, side, seed, change)) await script(it.url, ...quick, ...texts).catch(() => {})
    }
    await Promise.all([session('old', 1), session('new', 2), session('old', 3), session('new', 4)])
    it.done('backfill')
    const same = engine === 'mysql' ? (a, b) => `(BINARY ${a} <=> BINARY ${b})` : (a, b) => `${a} IS NOT DISTINCT FROM ${b}`
    // Where the table stays, what a new version writes to a user without a profile has no other side.
    const join = change === 'up' ? 'JOIN' : 'LEFT JOIN'
    const [[all, apart]] = await it.all(`SELECT count(*), sum(CASE WHEN ${same("coalesce(u.bio, '')", "coalesce(p.bio, '')")} AND ${same('u.avatar', 'p.avatar')} THEN 0 ELSE 1 END) FROM users u ${join} profiles p ON p.user_id = u.id`)
    assert.ok(Number(all) > 0)
    assert.equal(apart, '0')
  })
}
