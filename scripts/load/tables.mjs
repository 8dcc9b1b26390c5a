// The tables of the load test, as the tools make them on each engine; the rows in them; and the clients that keep a value in two of them.
import { randomUUID } from 'node:crypto'

export const text = { value: (shape) => `${shape} ${randomUUID()}` }
export const users = (columns) => `CREATE TABLE "users" ("id" SERIAL NOT NULL, ${columns}, "email" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
`
export const seed = (column, value) => (rows) => `INSERT INTO users (${column}, email) SELECT ${value}, 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; ANALYZE users`


/** SQLite: the first word of a text, and the rest of it. */
export const word = (column) => `substr(${column}, 1, instr(${column} || ' ', ' ') - 1)`
export const rest = (column) => `nullif(substr(${column}, instr(${column} || ' ', ' ') + 1), '')`
/** SQLite: the columns of the table, the table as Prisma makes it, and made anew as Prisma makes it anew. */
export const lite = (columns) => `"id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, ${columns}, "email" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0`
export const LITE_EMAIL = 'CREATE UNIQUE INDEX "users_email_key" ON "users"("email");\n'
export const liteUsers = (columns) => `CREATE TABLE "users" (${lite(columns)});\n${LITE_EMAIL}`
export const anew = (columns, copied, more = '') => `PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" (${lite(columns)});
INSERT INTO "new_users" ("email", "id", "score"${copied.into}) SELECT "email", "id", "score"${copied.from} FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
${LITE_EMAIL}${more}PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`
export const liteSeed = (column, value) => (rows) =>
  `WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ${rows}) INSERT INTO users (${column}, email) SELECT ${value}, 'user' || n || '@example.com' FROM g`

/** Clients that keep the value in `profiles`: users and profiles come in one transaction. */
export const user = (text) => ({ text, by: (email) => [email] })
export const profile = (text) => ({ text, by: (email, value) => [value, email] })
export const pgProfiles = (() => {
  const put = (again) => profile(`INSERT INTO profiles (user_id, bio) SELECT id, $1 FROM users WHERE email = $2 ${again}`)
  const come = 'INSERT INTO users (email) VALUES ($1)'
  return {
    update: [profile('UPDATE profiles SET bio = $1 WHERE user_id = (SELECT id FROM users WHERE email = $2)')],
    upsert: [user(`${come} ON CONFLICT (email) DO NOTHING`), put('ON CONFLICT (user_id) DO UPDATE SET bio = EXCLUDED.bio')],
    insert: [user(come), put('')],
    deletes: 'users',
  }
})()
/** On MySQL no statement may write one of the two and read the other. */
export const myProfiles = (() => {
  const find = user('SELECT max(id) INTO @user FROM users WHERE email = ?')
  const put = (again) => ({ text: `INSERT INTO profiles (user_id, bio) VALUES (@user, ?) ${again}`, by: (_, value) => [value] })
  const come = (word) => user(`INSERT ${word} INTO users (email) VALUES (?)`)
  return {
    update: [find, { text: 'UPDATE profiles SET bio = ? WHERE user_id = @user', by: (_, value) => [value] }],
    upsert: [come('IGNORE'), find, put('ON DUPLICATE KEY UPDATE bio = VALUES(bio)')],
    insert: [come(''), find, put('')],
    deletes: 'users',
  }
})()
export const joined = '(SELECT u.id, u.email, u.score, p.bio FROM profiles p JOIN users u ON u.id = p.user_id) AS profiles'
/** Old versions that have a row in `profiles` for every user, and the value in `users`. */
export const pgKeeping = (() => {
  const row = user('INSERT INTO profiles (user_id) SELECT id FROM users WHERE email = $1 ON CONFLICT (user_id) DO NOTHING')
  const put = (again) => profile(`INSERT INTO users (bio, email) VALUES ($1, $2) ${again}`)
  return { upsert: [put('ON CONFLICT (email) DO UPDATE SET bio = EXCLUDED.bio'), row], insert: [put(''), row] }
})()
export const myKeeping = (() => {
  const find = user('SELECT max(id) INTO @user FROM users WHERE email = ?')
  const row = { text: 'INSERT IGNORE INTO profiles (user_id) VALUES (@user)', by: () => [] }
  const put = (again) => profile(`INSERT INTO users (bio, email) VALUES (?, ?) ${again}`)
  return { upsert: [put('ON DUPLICATE KEY UPDATE bio = VALUES(bio)'), find, row], insert: [put(''), find, row] }
})()
export const MY = 'DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
export const myFk = 'ALTER TABLE profiles ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE ON UPDATE CASCADE;\n'
export const myUsers = (columns, more = '') =>
  `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, ${columns}, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), ${more}PRIMARY KEY (id)) ${MY};\n`
export const pgTable = (columns) => `CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, ${columns}, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`
export const myTable = (columns) => `CREATE TABLE profiles (id INTEGER NOT NULL AUTO_INCREMENT, user_id INTEGER NOT NULL, ${columns}, UNIQUE INDEX profiles_user_id_key(user_id), PRIMARY KEY (id)) ${MY};\n${myFk}`
export const mySeed = (column, value) => (rows) => `INSERT INTO users (${column}, email) SELECT ${value}, CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`
/** The same of a second table, and of both. */
export const people = (sql) => sql.replaceAll(/\busers(?=\b|_)/g, 'people')
export const two = (sql) => `${sql};\n${people(sql)}`.replaceAll(/;\s*;/g, ';')
