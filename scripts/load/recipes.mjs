// What is migrated under load, a recipe each: the schema, the migration as the ORM writes it, and what clients of the old
// shape and of the new one name and write.
import { randomInt, randomUUID } from 'node:crypto'

/**
 * - `columns`: the column that a shape names while both are there, and the one that it names after the contract.
 * - `tables`: what each shape calls the table, where it is not `users`.
 * - `clients`: what a shape runs that is not plain: `update`, `upsert` and `insert`, the statements of one transaction each; and the
 *   table that it `deletes` from.
 * - `quiet`: no client runs while the naive migration does.
 * - `stays`: the shape that runs through the contract, and back.
 * - `value`: a value that a shape writes; `counts`: one that it looks for again (a NULL that becomes a value is none).
 * - `differ`: rows whose two sides differ. `kept`: what stands in the columns of the old shape is there after the contract.
 */
const text = { value: (shape) => `${shape} ${randomUUID()}` }
const users = (columns) => `CREATE TABLE "users" ("id" SERIAL NOT NULL, ${columns}, "email" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
`
const seed = (column, value) => (rows) => `INSERT INTO users (${column}, email) SELECT ${value}, 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; ANALYZE users`


/** SQLite: the first word of a text, and the rest of it. */
const word = (column) => `substr(${column}, 1, instr(${column} || ' ', ' ') - 1)`
const rest = (column) => `nullif(substr(${column}, instr(${column} || ' ', ' ') + 1), '')`
/** SQLite: the columns of the table, the table as Prisma makes it, and made anew as Prisma makes it anew. */
const lite = (columns) => `"id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, ${columns}, "email" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0`
const LITE_EMAIL = 'CREATE UNIQUE INDEX "users_email_key" ON "users"("email");\n'
const liteUsers = (columns) => `CREATE TABLE "users" (${lite(columns)});\n${LITE_EMAIL}`
const anew = (columns, copied, more = '') => `PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" (${lite(columns)});
INSERT INTO "new_users" ("email", "id", "score"${copied.into}) SELECT "email", "id", "score"${copied.from} FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
${LITE_EMAIL}${more}PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
`
const liteSeed = (column, value) => (rows) =>
  `WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ${rows}) INSERT INTO users (${column}, email) SELECT ${value}, 'user' || n || '@example.com' FROM g`

/** Clients that keep the value in `profiles`: users and profiles come in one transaction. */
const user = (text) => ({ text, by: (email) => [email] })
const profile = (text) => ({ text, by: (email, value) => [value, email] })
const pgProfiles = (() => {
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
const myProfiles = (() => {
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
const joined = '(SELECT u.id, u.email, u.score, p.bio FROM profiles p JOIN users u ON u.id = p.user_id) AS profiles'
/** Old versions that have a row in `profiles` for every user, and the value in `users`. */
const pgKeeping = (() => {
  const row = user('INSERT INTO profiles (user_id) SELECT id FROM users WHERE email = $1 ON CONFLICT (user_id) DO NOTHING')
  const put = (again) => profile(`INSERT INTO users (bio, email) VALUES ($1, $2) ${again}`)
  return { upsert: [put('ON CONFLICT (email) DO UPDATE SET bio = EXCLUDED.bio'), row], insert: [put(''), row] }
})()
const myKeeping = (() => {
  const find = user('SELECT max(id) INTO @user FROM users WHERE email = ?')
  const row = { text: 'INSERT IGNORE INTO profiles (user_id) VALUES (@user)', by: () => [] }
  const put = (again) => profile(`INSERT INTO users (bio, email) VALUES (?, ?) ${again}`)
  return { upsert: [put('ON DUPLICATE KEY UPDATE bio = VALUES(bio)'), find, row], insert: [put(''), find, row] }
})()
const MY = 'DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
const myFk = 'ALTER TABLE profiles ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE ON UPDATE CASCADE;\n'
const myUsers = (bio) => `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, bio VARCHAR(191) ${bio}, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) ${MY};\n`
const myTable = (columns) => `CREATE TABLE profiles (id INTEGER NOT NULL AUTO_INCREMENT, user_id INTEGER NOT NULL, ${columns}, UNIQUE INDEX profiles_user_id_key(user_id), PRIMARY KEY (id)) ${MY};\n${myFk}`
const mySeed = (rows) => `INSERT INTO users (bio, email) SELECT CONCAT('bio ', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`

export const RECIPES = {
  'split-table': {
    ...text,
    stays: 'new',
    tables: { old: 'users', new: joined },
    columns: { old: ['bio'], new: ['bio', 'bio'] },
    kept: true,
    postgres: {
      init: users('"bio" TEXT NOT NULL'),
      up: `ALTER TABLE "users" DROP COLUMN "bio";
CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "bio" TEXT NOT NULL, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`,
      expand: ['--move', 'users.bio=profiles.bio', '--fill', "users.bio=''"],
      seed: seed('bio', "'bio ' || g"),
      clients: { new: pgProfiles },
      differ: "bio IS DISTINCT FROM coalesce((SELECT p.bio FROM profiles p WHERE p.user_id = users.id), '')",
      naive: `CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, bio text NOT NULL);
INSERT INTO profiles (user_id, bio) SELECT id, bio FROM users; ALTER TABLE users DROP COLUMN bio`,
      back: `ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = coalesce((SELECT bio FROM profiles WHERE user_id = users.id), ''); ALTER TABLE users ALTER COLUMN bio SET NOT NULL; DROP TABLE profiles`,
    },
    mysql: {
      init: myUsers('NOT NULL'),
      up: `ALTER TABLE users DROP COLUMN bio;\n${myTable('bio VARCHAR(191) NOT NULL')}`,
      expand: ['--move', 'users.bio=profiles.bio', '--fill', "users.bio=''"],
      seed: mySeed,
      clients: { new: myProfiles },
      differ: "NOT (BINARY bio <=> BINARY coalesce((SELECT p.bio FROM profiles p WHERE p.user_id = users.id), ''))",
      naive: `${myTable('bio VARCHAR(191) NOT NULL')}INSERT INTO profiles (user_id, bio) SELECT id, bio FROM users; ALTER TABLE users DROP COLUMN bio`,
      back: "ALTER TABLE users ADD COLUMN bio VARCHAR(191); UPDATE users SET bio = coalesce((SELECT bio FROM profiles WHERE user_id = users.id), ''); ALTER TABLE users MODIFY bio VARCHAR(191) NOT NULL; DROP TABLE profiles",
    },
  },
  'move-column': {
    ...text,
    stays: 'new',
    tables: { old: 'users', new: joined },
    columns: { old: ['bio'], new: ['bio', 'bio'] },
    kept: true,
    postgres: {
      init: `${users('"bio" TEXT')}CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "theme" TEXT, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`,
      up: 'ALTER TABLE "users" DROP COLUMN "bio";\nALTER TABLE "profiles" ADD COLUMN "bio" TEXT;\n',
      expand: ['--move', 'users.bio=profiles.bio', '--missing', 'profiles=hold'],
      seed: (rows) => `INSERT INTO users (bio, email) SELECT 'bio ' || g, 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; INSERT INTO profiles (user_id) SELECT id FROM users; ANALYZE users; ANALYZE profiles`,
      clients: { old: pgKeeping, new: pgProfiles },
      differ: 'bio IS DISTINCT FROM (SELECT p.bio FROM profiles p WHERE p.user_id = users.id)',
      naive: 'ALTER TABLE profiles ADD COLUMN bio text; UPDATE profiles SET bio = (SELECT bio FROM users WHERE id = user_id); ALTER TABLE users DROP COLUMN bio',
      back: 'ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); ALTER TABLE profiles DROP COLUMN bio',
    },
    mysql: {
      init: `${myUsers('NULL')}${myTable('theme VARCHAR(191)')}`,
      up: 'ALTER TABLE users DROP COLUMN bio;\nALTER TABLE profiles ADD COLUMN bio VARCHAR(191);\n',
      expand: ['--move', 'users.bio=profiles.bio', '--missing', 'profiles=hold'],
      seed: (rows) => `${mySeed(rows)}; INSERT INTO profiles (user_id) SELECT id FROM users`,
      clients: { old: myKeeping, new: myProfiles },
      differ: 'NOT (BINARY bio <=> BINARY (SELECT p.bio FROM profiles p WHERE p.user_id = users.id))',
      naive: 'ALTER TABLE profiles ADD COLUMN bio VARCHAR(191); UPDATE profiles SET bio = (SELECT bio FROM users WHERE id = user_id); ALTER TABLE users DROP COLUMN bio',
      back: 'ALTER TABLE users ADD COLUMN bio VARCHAR(191); UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); ALTER TABLE profiles DROP COLUMN bio',
    },
  },
  'move-up': {
    // To the table that the other refers to; new versions make a row in both too.
    ...text,
    stays: 'new',
    tables: { old: joined, new: 'users' },
    columns: { old: ['bio'], new: ['bio', 'bio'] },
    kept: true,
    postgres: {
      init: `${users('"theme" TEXT')}CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "bio" TEXT, CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`,
      up: 'ALTER TABLE "profiles" DROP COLUMN "bio";\nALTER TABLE "users" ADD COLUMN "bio" TEXT;\n',
      expand: ['--move', 'profiles.bio=users.bio'],
      seed: (rows) => `INSERT INTO users (email) SELECT 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; INSERT INTO profiles (user_id, bio) SELECT id, 'bio ' || id FROM users; ANALYZE users; ANALYZE profiles`,
      clients: { old: pgProfiles, new: pgKeeping },
      differ: 'bio IS DISTINCT FROM (SELECT p.bio FROM profiles p WHERE p.user_id = users.id)',
      naive: 'ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); ALTER TABLE profiles DROP COLUMN bio',
      back: 'ALTER TABLE profiles ADD COLUMN bio text; UPDATE profiles SET bio = (SELECT bio FROM users WHERE id = user_id); ALTER TABLE users DROP COLUMN bio',
    },
  },
  'rename-column': {
    ...text,
    stays: 'new',
    columns: { old: ['full_name'], new: ['display_name', 'display_name'] },
    kept: true,
    postgres: {
      init: `${users('"full_name" TEXT NOT NULL')}CREATE INDEX "users_full_name_idx" ON "users"("full_name");\n`,
      up: `DROP INDEX "users_full_name_idx";
ALTER TABLE "users" DROP COLUMN "full_name",
ADD COLUMN     "display_name" TEXT NOT NULL;
CREATE INDEX "users_display_name_idx" ON "users"("display_name");
`,
      expand: ['--rename', 'users.full_name=display_name'],
      seed: seed('full_name', "'name ' || g"),
      differ: 'full_name IS DISTINCT FROM display_name',
      naive: 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name"',
      back: 'ALTER TABLE "users" RENAME COLUMN "display_name" TO "full_name"',
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, full_name VARCHAR(191) NOT NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), INDEX users_full_name_idx(full_name), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE users RENAME COLUMN full_name TO display_name;\n',
      expand: [],
      seed: (rows) => `INSERT INTO users (full_name, email) SELECT CONCAT('name ', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: 'NOT (BINARY full_name <=> BINARY display_name)',
      naive: 'ALTER TABLE users RENAME COLUMN full_name TO display_name',
      back: 'ALTER TABLE users RENAME COLUMN display_name TO full_name',
    },
    sqlite: {
      init: `${liteUsers('"full_name" TEXT NOT NULL')}CREATE INDEX "users_full_name_idx" ON "users"("full_name");\n`,
      up: anew('"display_name" TEXT NOT NULL', { into: '', from: '' }, 'CREATE INDEX "users_display_name_idx" ON "users"("display_name");\n'),
      expand: ['--rename', 'users.full_name=display_name'],
      seed: liteSeed('full_name', "'name ' || n"),
      differ: 'full_name IS NOT display_name',
      naive: 'ALTER TABLE users RENAME COLUMN full_name TO display_name',
      back: 'ALTER TABLE users RENAME COLUMN display_name TO full_name',
    },
  },
  'change-type': {
    // Old versions name the column throughout, as integer and as bigint; new ones the other one, until the contract.
    value: () => randomInt(2 ** 31),
    stays: 'old',
    columns: { old: ['points', 'points'], new: ['points_new', 'points'] },
    kept: true,
    postgres: {
      init: `${users('"points" INTEGER NOT NULL')}CREATE INDEX "users_points_idx" ON "users"("points");\n`,
      up: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE BIGINT;\n',
      expand: [],
      seed: seed('points', 'g'),
      differ: 'points IS DISTINCT FROM points_new',
      naive: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE BIGINT',
      back: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE INTEGER',
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, points INTEGER NOT NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), INDEX users_points_idx(points), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE `users` MODIFY `points` BIGINT NOT NULL;\n',
      expand: [],
      seed: (rows) => `INSERT INTO users (points, email) SELECT seq, CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: 'NOT (points <=> points_new)',
      naive: 'ALTER TABLE users MODIFY points BIGINT NOT NULL',
      back: 'ALTER TABLE users MODIFY points INTEGER NOT NULL',
    },
    sqlite: {
      init: `${liteUsers('"points" INTEGER NOT NULL')}CREATE INDEX "users_points_idx" ON "users"("points");\n`,
      up: anew('"points" BIGINT NOT NULL', { into: ', "points"', from: ', "points"' }, 'CREATE INDEX "users_points_idx" ON "users"("points");\n'),
      expand: [],
      seed: liteSeed('points', 'n'),
      differ: 'points IS NOT points_new',
      naive: anew('"points" BIGINT NOT NULL', { into: ', "points"', from: ', "points"' }, 'CREATE INDEX "users_points_idx" ON "users"("points");\n'),
      back: 'SELECT 1',
    },
  },
  'enum-value': {
    // Old versions name the column throughout, and no longer write the value that goes; new ones the other, until the contract.
    value: () => ['USER', 'ADMIN'][randomInt(2)],
    stays: 'old',
    columns: { old: ['role', 'role'], new: ['role_new', 'role'] },
    kept: true,
    postgres: {
      init: `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');\n${users('"role" "Role" NOT NULL')}CREATE INDEX "users_role_idx" ON "users"("role");\n`,
      up: `CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN');
ALTER TABLE "users" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
`,
      expand: ['--value', 'Role.GUEST=USER'],
      seed: seed('role', `(ARRAY['USER', 'ADMIN', 'GUEST']::"Role"[])[1 + g % 3]`),
      differ: "role_new IS DISTINCT FROM (CASE role::text WHEN 'GUEST' THEN 'USER' ELSE role::text END)::\"Role_new\"",
      naive: `UPDATE "users" SET "role" = 'USER' WHERE "role" = 'GUEST'; ALTER TYPE "Role" RENAME TO "Role_old"; CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
ALTER TABLE "users" ALTER COLUMN "role" TYPE "Role" USING ("role"::text::"Role"); DROP TYPE "Role_old"`,
      back: `ALTER TYPE "Role" ADD VALUE 'GUEST'`,
    },
  },
  'wider-key': {
    // The sequence counts for both; old versions name the reference throughout, new ones the other one until the contract.
    value: () => 1 + randomInt(100),
    stays: 'old',
    columns: { old: ['team_id', 'team_id'], new: ['team_id_new', 'team_id'] },
    kept: true,
    postgres: {
      init: `CREATE TABLE "teams" ("id" SERIAL NOT NULL, CONSTRAINT "teams_pkey" PRIMARY KEY ("id"));\nINSERT INTO "teams" SELECT FROM generate_series(1, 100) g;\n${users('"team_id" INTEGER NOT NULL')}ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE;\n`,
      up: `ALTER TABLE "users" DROP CONSTRAINT "users_team_id_fkey";
ALTER TABLE "teams" DROP CONSTRAINT "teams_pkey",
ALTER COLUMN "id" SET DATA TYPE BIGINT,
ADD CONSTRAINT "teams_pkey" PRIMARY KEY ("id");
ALTER TABLE "users" DROP CONSTRAINT "users_pkey",
ALTER COLUMN "id" SET DATA TYPE BIGINT,
ALTER COLUMN "team_id" SET DATA TYPE BIGINT,
ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");
ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
`,
      expand: [],
      seed: seed('team_id', '1 + g % 100'),
      differ: 'team_id IS DISTINCT FROM team_id_new OR id IS DISTINCT FROM id_new',
      naive: `ALTER TABLE "users" DROP CONSTRAINT "users_team_id_fkey"; ALTER TABLE "teams" ALTER COLUMN "id" SET DATA TYPE BIGINT;
ALTER TABLE "users" ALTER COLUMN "id" SET DATA TYPE BIGINT, ALTER COLUMN "team_id" SET DATA TYPE BIGINT;
ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE`,
      back: `ALTER TABLE "users" DROP CONSTRAINT "users_team_id_fkey"; ALTER TABLE "teams" ALTER COLUMN "id" SET DATA TYPE INTEGER;
ALTER TABLE "users" ALTER COLUMN "id" SET DATA TYPE INTEGER, ALTER COLUMN "team_id" SET DATA TYPE INTEGER;
ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE`,
    },
  },
  get 'wider-identity'() {
    // The same, counted by identity columns.
    const of = (sql) => sql.replaceAll('"id" SERIAL NOT NULL', '"id" INTEGER GENERATED ALWAYS AS IDENTITY')
    const { postgres, ...key } = RECIPES['wider-key']
    return { ...key, postgres: { ...postgres, init: of(postgres.init) } }
  },
  'split-column': {
    // Values of one word: the whole name is the first one.
    value: (shape) => `${shape}-${randomUUID()}`,
    stays: 'new',
    columns: { old: ['full_name'], new: ['first', 'first'] },
    kept: true,
    postgres: {
      init: users('"full_name" TEXT NOT NULL'),
      up: 'ALTER TABLE "users" DROP COLUMN "full_name",\nADD COLUMN "first" TEXT NOT NULL,\nADD COLUMN "last" TEXT;\n',
      expand: ['--convert', "users.first=split_part(full_name, ' ', 1)", '--convert', "users.last=nullif(split_part(full_name, ' ', 2), '')", '--convert-back', "users.full_name=concat_ws(' ', first, last)"],
      seed: seed('full_name', "'name' || g"),
      differ: "full_name IS DISTINCT FROM concat_ws(' ', first, last)",
      naive: `ALTER TABLE users ADD COLUMN first text, ADD COLUMN last text; UPDATE users SET first = split_part(full_name, ' ', 1), last = nullif(split_part(full_name, ' ', 2), '');
ALTER TABLE users ALTER COLUMN first SET NOT NULL, DROP COLUMN full_name`,
      back: `ALTER TABLE users ADD COLUMN full_name text; UPDATE users SET full_name = concat_ws(' ', first, last); ALTER TABLE users ALTER COLUMN full_name SET NOT NULL, DROP COLUMN first, DROP COLUMN last`,
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, full_name VARCHAR(191) NOT NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE `users` DROP COLUMN `full_name`,\n    ADD COLUMN `first` VARCHAR(191) NOT NULL,\n    ADD COLUMN `last` VARCHAR(191) NULL;\n',
      expand: ['--convert', "users.first=SUBSTRING_INDEX(full_name, ' ', 1)", '--convert', "users.last=NULLIF(SUBSTRING(full_name, LENGTH(SUBSTRING_INDEX(full_name, ' ', 1)) + 2), '')", '--convert-back', "users.full_name=CONCAT_WS(' ', first, last)"],
      seed: (rows) => `INSERT INTO users (full_name, email) SELECT CONCAT('name', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: "NOT (BINARY full_name <=> BINARY CONCAT_WS(' ', first, last))",
      // Without NOT NULL: each statement is a transaction of its own, and who writes between them leaves NULL.
      naive: "ALTER TABLE users ADD COLUMN first VARCHAR(191), ADD COLUMN last VARCHAR(191); UPDATE users SET first = SUBSTRING_INDEX(full_name, ' ', 1); ALTER TABLE users DROP COLUMN full_name",
      back: `ALTER TABLE users ADD COLUMN full_name VARCHAR(191); UPDATE users SET full_name = CONCAT_WS(' ', first, last); ALTER TABLE users MODIFY full_name VARCHAR(191) NOT NULL, DROP COLUMN first, DROP COLUMN last`,
    },
    sqlite: {
      init: liteUsers('"full_name" TEXT NOT NULL'),
      up: anew('"first" TEXT NOT NULL, "last" TEXT', { into: '', from: '' }),
      expand: ['--convert', `users.first=${word('full_name')}`, '--convert', `users.last=${rest('full_name')}`, '--convert-back', "users.full_name=first || coalesce(' ' || last, '')"],
      seed: liteSeed('full_name', "'name' || n"),
      differ: "full_name IS NOT first || coalesce(' ' || last, '')",
      naive: anew('"first" TEXT NOT NULL, "last" TEXT', { into: ', "first", "last"', from: `, ${word('full_name')}, ${rest('full_name')}` }),
      back: anew('"full_name" TEXT NOT NULL', { into: ', "full_name"', from: ", first || coalesce(' ' || last, '')" }),
    },
  },
  'merge-columns': {
    value: (shape) => `${shape}-${randomUUID()}`,
    stays: 'new',
    columns: { old: ['first'], new: ['name', 'name'] },
    kept: true,
    postgres: {
      init: users('"first" TEXT NOT NULL, "last" TEXT'),
      up: 'ALTER TABLE "users" DROP COLUMN "first",\nDROP COLUMN "last",\nADD COLUMN "name" TEXT NOT NULL;\n',
      expand: ['--convert', "users.name=concat_ws(' ', first, last)", '--convert-back', "users.first=split_part(name, ' ', 1)", '--convert-back', "users.last=nullif(split_part(name, ' ', 2), '')"],
      seed: seed('first', "'name' || g"),
      differ: "name IS DISTINCT FROM concat_ws(' ', first, last)",
      naive: `ALTER TABLE users ADD COLUMN name text; UPDATE users SET name = concat_ws(' ', first, last); ALTER TABLE users ALTER COLUMN name SET NOT NULL, DROP COLUMN first, DROP COLUMN last`,
      back: `ALTER TABLE users ADD COLUMN first text, ADD COLUMN last text; UPDATE users SET first = split_part(name, ' ', 1), last = nullif(split_part(name, ' ', 2), ''); ALTER TABLE users ALTER COLUMN first SET NOT NULL, DROP COLUMN name`,
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, first VARCHAR(191) NOT NULL, last VARCHAR(191) NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE `users` DROP COLUMN `first`,\n    DROP COLUMN `last`,\n    ADD COLUMN `name` VARCHAR(191) NOT NULL;\n',
      expand: ['--convert', "users.name=CONCAT_WS(' ', first, last)", '--convert-back', "users.first=SUBSTRING_INDEX(name, ' ', 1)", '--convert-back', "users.last=NULLIF(SUBSTRING(name, LENGTH(SUBSTRING_INDEX(name, ' ', 1)) + 2), '')"],
      seed: (rows) => `INSERT INTO users (first, email) SELECT CONCAT('name', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: "NOT (BINARY name <=> BINARY CONCAT_WS(' ', first, last))",
      naive: "ALTER TABLE users ADD COLUMN name VARCHAR(191); UPDATE users SET name = CONCAT_WS(' ', first, last); ALTER TABLE users DROP COLUMN first, DROP COLUMN last",
      back: `ALTER TABLE users ADD COLUMN first VARCHAR(191), ADD COLUMN last VARCHAR(191); UPDATE users SET first = SUBSTRING_INDEX(name, ' ', 1), last = NULLIF(SUBSTRING(name, LENGTH(SUBSTRING_INDEX(name, ' ', 1)) + 2), ''); ALTER TABLE users MODIFY first VARCHAR(191) NOT NULL, DROP COLUMN name`,
    },
    sqlite: {
      init: liteUsers('"first" TEXT NOT NULL, "last" TEXT'),
      up: anew('"name" TEXT NOT NULL', { into: '', from: '' }),
      expand: ['--convert', "users.name=first || coalesce(' ' || last, '')", '--convert-back', `users.first=${word('name')}`, '--convert-back', `users.last=${rest('name')}`],
      seed: liteSeed('first', "'name' || n"),
      differ: "name IS NOT first || coalesce(' ' || last, '')",
      naive: anew('"name" TEXT NOT NULL', { into: ', "name"', from: ", first || coalesce(' ' || last, '')" }),
      back: anew('"first" TEXT NOT NULL, "last" TEXT', { into: ', "first", "last"', from: `, ${word('name')}, ${rest('name')}` }),
    },
  },
  'add-primary-key': {
    ...text,
    stays: 'new',
    columns: { old: ['name'], new: ['name', 'name'] },
    kept: true,
    postgres: {
      init: `CREATE TABLE "users" ("id" INTEGER NOT NULL GENERATED BY DEFAULT AS IDENTITY, "name" TEXT, "email" TEXT NOT NULL, "score" INTEGER NOT NULL DEFAULT 0);\nCREATE UNIQUE INDEX "users_email_key" ON "users"("email");\n`,
      up: 'ALTER TABLE "users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");\n',
      expand: [],
      seed: seed('name', "'name ' || g"),
      differ: 'id IS NULL',
      naive: 'ALTER TABLE "users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id")',
      back: 'ALTER TABLE "users" DROP CONSTRAINT "users_pkey"',
    },
  },
  'make-required': {
    value: (shape) => (shape === 'old' && Math.random() < 0.34 ? null : `${shape} ${randomUUID()}`),
    counts: (value) => value !== null,
    // Nobody writes while the naive way fills what is NULL: else it fails at once.
    quiet: true,
    stays: 'new',
    columns: { old: ['bio'], new: ['bio', 'bio'] },
    kept: true,
    postgres: {
      init: users('"bio" TEXT'),
      up: 'ALTER TABLE "users" ALTER COLUMN "bio" SET NOT NULL;\n',
      expand: ['--fill', "users.bio='none'"],
      seed: seed('bio', "CASE WHEN g % 2 = 0 THEN 'bio ' || g END"),
      differ: 'bio IS NULL',
      naive: 'UPDATE "users" SET "bio" = \'none\' WHERE "bio" IS NULL; ALTER TABLE "users" ALTER COLUMN "bio" SET NOT NULL',
      back: 'ALTER TABLE "users" ALTER COLUMN "bio" DROP NOT NULL',
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, bio VARCHAR(191), email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE users MODIFY bio VARCHAR(191) NOT NULL;\n',
      expand: ['--fill', "users.bio='none'"],
      seed: (rows) => `INSERT INTO users (bio, email) SELECT IF(seq % 2 = 0, CONCAT('bio ', seq), NULL), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: 'bio IS NULL',
      naive: "UPDATE users SET bio = 'none' WHERE bio IS NULL; ALTER TABLE users MODIFY bio VARCHAR(191) NOT NULL",
      back: 'ALTER TABLE users MODIFY bio VARCHAR(191)',
    },
    sqlite: {
      init: liteUsers('"bio" TEXT'),
      up: anew('"bio" TEXT NOT NULL', { into: ', "bio"', from: ', "bio"' }),
      expand: ['--fill', "users.bio='none'"],
      seed: liteSeed('bio', "CASE WHEN n % 2 = 0 THEN 'bio ' || n END"),
      differ: 'bio IS NULL',
      naive: anew('"bio" TEXT NOT NULL', { into: ', "bio"', from: ", coalesce(bio, 'none')" }),
      back: anew('"bio" TEXT', { into: ', "bio"', from: ', "bio"' }),
    },
  },
  'add-unique': {
    ...text,
    stays: 'new',
    columns: { old: ['handle'], new: ['handle', 'handle'] },
    kept: true,
    postgres: {
      init: users('"handle" TEXT NOT NULL'),
      up: 'CREATE UNIQUE INDEX "users_handle_key" ON "users"("handle");\n',
      expand: [],
      seed: seed('handle', "'handle ' || g"),
      differ: 'false',
      naive: 'CREATE UNIQUE INDEX "users_handle_key" ON "users"("handle")',
      back: 'DROP INDEX "users_handle_key"',
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, handle VARCHAR(191) NOT NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'CREATE UNIQUE INDEX users_handle_key ON users(handle);\n',
      expand: [],
      seed: (rows) => `INSERT INTO users (handle, email) SELECT CONCAT('handle ', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: 'false',
      naive: 'CREATE UNIQUE INDEX users_handle_key ON users(handle)',
      back: 'DROP INDEX users_handle_key ON users',
    },
    sqlite: {
      init: liteUsers('"handle" TEXT NOT NULL'),
      up: 'CREATE UNIQUE INDEX "users_handle_key" ON "users"("handle");\n',
      expand: [],
      seed: liteSeed('handle', "'handle ' || n"),
      differ: 'false',
      naive: 'CREATE UNIQUE INDEX "users_handle_key" ON "users"("handle")',
      back: 'DROP INDEX "users_handle_key"',
    },
  },
  'add-foreign-key': {
    value: () => 1 + randomInt(100),
    stays: 'new',
    columns: { old: ['team_id'], new: ['team_id', 'team_id'] },
    kept: true,
    postgres: {
      init: `CREATE TABLE "teams" ("id" INTEGER NOT NULL, CONSTRAINT "teams_pkey" PRIMARY KEY ("id"));\nINSERT INTO "teams" SELECT g FROM generate_series(1, 100) g;\n${users('"team_id" INTEGER')}`,
      up: 'ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE SET NULL ON UPDATE CASCADE;\n',
      expand: [],
      seed: seed('team_id', '1 + g % 100'),
      differ: 'false',
      naive: 'ALTER TABLE "users" ADD CONSTRAINT "users_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE SET NULL ON UPDATE CASCADE',
      back: 'ALTER TABLE "users" DROP CONSTRAINT "users_team_id_fkey"',
    },
    mysql: {
      init: `CREATE TABLE teams (id INTEGER NOT NULL, PRIMARY KEY (id));
INSERT INTO teams SELECT seq FROM seq_1_to_100;
CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, team_id INTEGER NULL, email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE `users` ADD CONSTRAINT `users_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;\n',
      expand: [],
      seed: (rows) => `INSERT INTO users (team_id, email) SELECT 1 + seq % 100, CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: 'false',
      naive: 'ALTER TABLE users ADD CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id) ON DELETE SET NULL ON UPDATE CASCADE',
      back: 'ALTER TABLE users DROP FOREIGN KEY users_team_id_fkey, DROP INDEX users_team_id_fkey',
    },
  },
  'add-check': {
    value: () => randomInt(1000),
    stays: 'new',
    columns: { old: ['points'], new: ['points', 'points'] },
    kept: true,
    postgres: {
      init: users('"points" INTEGER'),
      up: 'ALTER TABLE "users" ADD CONSTRAINT "users_points_check" CHECK ("points" >= 0);\n',
      expand: [],
      seed: seed('points', 'g'),
      differ: 'points < 0',
      naive: 'ALTER TABLE "users" ADD CONSTRAINT "users_points_check" CHECK ("points" >= 0)',
      back: 'ALTER TABLE "users" DROP CONSTRAINT "users_points_check"',
    },
  },
  'drop-column': {
    ...text,
    stays: 'new',
    columns: { old: ['bio'], new: ['name', 'name'] },
    kept: false,
    contract: ['--skip-gate', 'compat', '--reason', 'no repository here'],
    postgres: {
      init: users('"bio" TEXT NOT NULL, "name" TEXT NOT NULL DEFAULT \'\''),
      up: 'ALTER TABLE "users" DROP COLUMN "bio";\n',
      expand: ['--fill', "users.bio=''"],
      seed: seed('bio', "'bio ' || g"),
      differ: 'bio IS NULL',
      naive: 'ALTER TABLE "users" DROP COLUMN "bio"',
      back: 'ALTER TABLE "users" ADD COLUMN "bio" TEXT NOT NULL DEFAULT \'\'; ALTER TABLE "users" ALTER COLUMN "bio" DROP DEFAULT',
    },
    mysql: {
      init: `CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, bio VARCHAR(191) NOT NULL, name VARCHAR(191) NOT NULL DEFAULT '', email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email), PRIMARY KEY (id)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
`,
      up: 'ALTER TABLE `users` DROP COLUMN `bio`;\n',
      expand: ['--fill', "users.bio=''"],
      seed: (rows) => `INSERT INTO users (bio, email) SELECT CONCAT('bio ', seq), CONCAT('user', seq, '@example.com') FROM seq_1_to_${rows}`,
      differ: 'bio IS NULL',
      naive: 'ALTER TABLE users DROP COLUMN bio',
      back: "ALTER TABLE users ADD COLUMN bio VARCHAR(191) NOT NULL DEFAULT ''; ALTER TABLE users ALTER COLUMN bio DROP DEFAULT",
    },
    sqlite: {
      init: liteUsers('"bio" TEXT NOT NULL, "name" TEXT NOT NULL DEFAULT \'\''),
      up: anew('"name" TEXT NOT NULL DEFAULT \'\'', { into: ', "name"', from: ', "name"' }),
      expand: ['--fill', "users.bio=''"],
      seed: liteSeed('bio', "'bio ' || n"),
      differ: 'bio IS NULL',
      naive: 'ALTER TABLE users DROP COLUMN bio',
      back: anew('"bio" TEXT NOT NULL, "name" TEXT NOT NULL DEFAULT \'\'', { into: ', "bio", "name"', from: ', \'\', "name"' }),
    },
  },
  'rename-table': {
    ...text,
    stays: 'new',
    tables: { old: 'users', new: 'people' },
    columns: { old: ['name'], new: ['name', 'name'] },
    kept: true,
    postgres: {
      init: users('"name" TEXT NOT NULL'),
      up: 'ALTER TABLE "users" RENAME TO "people";\n',
      expand: [],
      seed: seed('name', "'name ' || g"),
      differ: 'false',
      naive: 'ALTER TABLE "users" RENAME TO "people"',
      back: 'ALTER TABLE "people" RENAME TO "users"',
    },
  },
}
