// What is migrated under load, a recipe each: the schema, the migration as the ORM writes it, and what clients of the old
// shape and of the new one name and write.
import { randomInt, randomUUID } from 'node:crypto'
import { MY, anew, joined, liteSeed, liteUsers, myKeeping, myProfiles, mySeed, myTable, myUsers, people, pgKeeping, pgProfiles, pgTable, rest, seed, text, two, user, users, word } from './tables.mjs'

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
${pgTable('"bio" TEXT NOT NULL')}`,
      expand: ['--move', 'users.bio=profiles.bio', '--fill', "users.bio=''"],
      seed: seed('bio', "'bio ' || g"),
      clients: { new: pgProfiles },
      differ: "bio IS DISTINCT FROM coalesce((SELECT p.bio FROM profiles p WHERE p.user_id = users.id), '')",
      naive: `CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, bio text NOT NULL);
INSERT INTO profiles (user_id, bio) SELECT id, bio FROM users; ALTER TABLE users DROP COLUMN bio`,
      back: `ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = coalesce((SELECT bio FROM profiles WHERE user_id = users.id), ''); ALTER TABLE users ALTER COLUMN bio SET NOT NULL; DROP TABLE profiles`,
    },
    mysql: {
      init: myUsers('bio VARCHAR(191) NOT NULL'),
      up: `ALTER TABLE users DROP COLUMN bio;\n${myTable('bio VARCHAR(191) NOT NULL')}`,
      expand: ['--move', 'users.bio=profiles.bio', '--fill', "users.bio=''"],
      seed: mySeed('bio', "CONCAT('bio ', seq)"),
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
      init: `${users('"bio" TEXT')}${pgTable('"theme" TEXT')}`,
      up: 'ALTER TABLE "users" DROP COLUMN "bio";\nALTER TABLE "profiles" ADD COLUMN "bio" TEXT;\n',
      expand: ['--move', 'users.bio=profiles.bio', '--missing', 'profiles=hold'],
      seed: (rows) => `INSERT INTO users (bio, email) SELECT 'bio ' || g, 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; INSERT INTO profiles (user_id) SELECT id FROM users; ANALYZE users; ANALYZE profiles`,
      clients: { old: pgKeeping, new: pgProfiles },
      differ: 'bio IS DISTINCT FROM (SELECT p.bio FROM profiles p WHERE p.user_id = users.id)',
      naive: 'ALTER TABLE profiles ADD COLUMN bio text; UPDATE profiles SET bio = (SELECT bio FROM users WHERE id = user_id); ALTER TABLE users DROP COLUMN bio',
      back: 'ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); ALTER TABLE profiles DROP COLUMN bio',
    },
    mysql: {
      init: `${myUsers('bio VARCHAR(191) NULL')}${myTable('theme VARCHAR(191)')}`,
      up: 'ALTER TABLE users DROP COLUMN bio;\nALTER TABLE profiles ADD COLUMN bio VARCHAR(191);\n',
      expand: ['--move', 'users.bio=profiles.bio', '--missing', 'profiles=hold'],
      seed: (rows) => `${mySeed('bio', "CONCAT('bio ', seq)")(rows)}; INSERT INTO profiles (user_id) SELECT id FROM users`,
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
      init: `${users('"theme" TEXT')}${pgTable('"bio" TEXT')}`,
      up: 'ALTER TABLE "profiles" DROP COLUMN "bio";\nALTER TABLE "users" ADD COLUMN "bio" TEXT;\n',
      expand: ['--move', 'profiles.bio=users.bio'],
      seed: (rows) => `INSERT INTO users (email) SELECT 'user' || g || '@example.com' FROM generate_series(1, ${rows}) g; INSERT INTO profiles (user_id, bio) SELECT id, 'bio ' || id FROM users; ANALYZE users; ANALYZE profiles`,
      clients: { old: pgProfiles, new: pgKeeping },
      differ: 'bio IS DISTINCT FROM (SELECT p.bio FROM profiles p WHERE p.user_id = users.id)',
      naive: 'ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); ALTER TABLE profiles DROP COLUMN bio',
      back: 'ALTER TABLE profiles ADD COLUMN bio text; UPDATE profiles SET bio = (SELECT bio FROM users WHERE id = user_id); ALTER TABLE users DROP COLUMN bio',
    },
    mysql: {
      init: `${myUsers('theme VARCHAR(191)')}${myTable('bio VARCHAR(191) NULL')}`,
      up: 'ALTER TABLE profiles DROP COLUMN bio;\nALTER TABLE users ADD COLUMN bio VARCHAR(191);\n',
      expand: ['--move', 'profiles.bio=users.bio'],
      seed: (rows) => `${mySeed('theme', "'light'")(rows)}; INSERT INTO profiles (user_id, bio) SELECT id, CONCAT('bio ', id) FROM users`,
      clients: { old: myProfiles, new: myKeeping },
      differ: 'NOT (BINARY bio <=> BINARY (SELECT p.bio FROM profiles p WHERE p.user_id = users.id))',
      naive: 'ALTER TABLE users ADD COLUMN bio VARCHAR(191); UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); ALTER TABLE profiles DROP COLUMN bio',
      back: 'ALTER TABLE profiles ADD COLUMN bio VARCHAR(191); UPDATE profiles SET bio = (SELECT bio FROM users WHERE id = user_id); ALTER TABLE users DROP COLUMN bio',
    },
  },
  get 'merge-tables'() {
    // The same, and the other table goes: new versions know one alone.
    const { postgres, mysql, ...up } = RECIPES['move-up']
    return {
      ...up,
      postgres: {
        ...postgres,
        up: 'ALTER TABLE "profiles" DROP CONSTRAINT "profiles_user_id_fkey";\nALTER TABLE "users" ADD COLUMN "bio" TEXT;\nDROP TABLE "profiles";\n',
        clients: { old: pgProfiles },
        // Both locks at once: else clients that write both end it in a deadlock.
        naive: `DO $$ BEGIN LOOP BEGIN LOCK TABLE users, profiles NOWAIT; EXIT; EXCEPTION WHEN lock_not_available THEN PERFORM pg_sleep(0.01); END; END LOOP; END $$;
ALTER TABLE users ADD COLUMN bio text; UPDATE users SET bio = (SELECT bio FROM profiles WHERE user_id = users.id); DROP TABLE profiles`,
        back: `CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, bio text);
INSERT INTO profiles (user_id, bio) SELECT id, bio FROM users; ALTER TABLE users DROP COLUMN bio`,
      },
    }
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
      init: myUsers('full_name VARCHAR(191) NOT NULL', 'INDEX users_full_name_idx(full_name), '),
      up: 'ALTER TABLE users RENAME COLUMN full_name TO display_name;\n',
      expand: [],
      seed: mySeed('full_name', "CONCAT('name ', seq)"),
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
      init: myUsers('points INTEGER NOT NULL', 'INDEX users_points_idx(points), '),
      up: 'ALTER TABLE `users` MODIFY `points` BIGINT NOT NULL;\n',
      expand: [],
      seed: mySeed('points', 'seq'),
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
      init: myUsers('full_name VARCHAR(191) NOT NULL'),
      up: 'ALTER TABLE `users` DROP COLUMN `full_name`,\n    ADD COLUMN `first` VARCHAR(191) NOT NULL,\n    ADD COLUMN `last` VARCHAR(191) NULL;\n',
      expand: ['--convert', "users.first=SUBSTRING_INDEX(full_name, ' ', 1)", '--convert', "users.last=NULLIF(SUBSTRING(full_name, LENGTH(SUBSTRING_INDEX(full_name, ' ', 1)) + 2), '')", '--convert-back', "users.full_name=CONCAT_WS(' ', first, last)"],
      seed: mySeed('full_name', "CONCAT('name', seq)"),
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
      init: myUsers('first VARCHAR(191) NOT NULL, last VARCHAR(191)'),
      up: 'ALTER TABLE `users` DROP COLUMN `first`,\n    DROP COLUMN `last`,\n    ADD COLUMN `name` VARCHAR(191) NOT NULL;\n',
      expand: ['--convert', "users.name=CONCAT_WS(' ', first, last)", '--convert-back', "users.first=SUBSTRING_INDEX(name, ' ', 1)", '--convert-back', "users.last=NULLIF(SUBSTRING(name, LENGTH(SUBSTRING_INDEX(name, ' ', 1)) + 2), '')"],
      seed: mySeed('first', "CONCAT('name', seq)"),
      differ: "NOT (BINARY name <=> BINARY CONCAT_WS(' ', first, last))",
      naive: "ALTER TABLE users ADD COLUMN name VARCHAR(191); UPDATE users SET name = CONCAT_WS(' ', first, last); ALTER TABLE users DROP COLUMN first, DROP COLUMN last",
      back: `ALTER TABLE users ADD COLUMN first VARCHAR(191), ADD COLUMN last VARCHAR(191); UPDATE users SET first = SUBSTRING_INDEX(name, ' ', 1); ALTER TABLE users MODIFY first VARCHAR(191) NOT NULL, DROP COLUMN name`,
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
    mysql: {
      init: `CREATE TABLE users (id BIGINT UNSIGNED NOT NULL DEFAULT (UUID_SHORT()), name VARCHAR(191), email VARCHAR(191) NOT NULL, score INTEGER NOT NULL DEFAULT 0, UNIQUE INDEX users_email_key(email)) ${MY};\n`,
      up: 'ALTER TABLE `users` ADD PRIMARY KEY (`id`);\n',
      expand: [],
      seed: mySeed('name', "CONCAT('name ', seq)"),
      differ: 'id IS NULL',
      naive: 'ALTER TABLE users ADD PRIMARY KEY (id)',
      back: 'ALTER TABLE users DROP PRIMARY KEY',
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
      init: myUsers('bio VARCHAR(191)'),
      up: 'ALTER TABLE users MODIFY bio VARCHAR(191) NOT NULL;\n',
      expand: ['--fill', "users.bio='none'"],
      seed: mySeed('bio', "IF(seq % 2 = 0, CONCAT('bio ', seq), NULL)"),
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
      init: myUsers('handle VARCHAR(191) NOT NULL'),
      up: 'CREATE UNIQUE INDEX users_handle_key ON users(handle);\n',
      expand: [],
      seed: mySeed('handle', "CONCAT('handle ', seq)"),
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
${myUsers('team_id INTEGER NULL')}`,
      up: 'ALTER TABLE `users` ADD CONSTRAINT `users_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;\n',
      expand: [],
      seed: mySeed('team_id', '1 + seq % 100'),
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
      init: myUsers("bio VARCHAR(191) NOT NULL, name VARCHAR(191) NOT NULL DEFAULT ''"),
      up: 'ALTER TABLE `users` DROP COLUMN `bio`;\n',
      expand: ['--fill', "users.bio=''"],
      seed: mySeed('bio', "CONCAT('bio ', seq)"),
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
  'text-to-enum': {
    // Old versions name the column as text, and as the enum after the contract.
    value: () => ['USER', 'ADMIN'][randomInt(2)],
    stays: 'old',
    columns: { old: ['role', 'role'], new: ['role_new', 'role'] },
    kept: true,
    postgres: {
      init: users('"role" TEXT NOT NULL'),
      up: `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE "Role" USING "role"::"Role";
`,
      expand: ['--convert', 'users.role=role::"Role"', '--convert-back', 'users.role=role::text'],
      seed: seed('role', "(ARRAY['USER', 'ADMIN'])[1 + g % 2]"),
      differ: 'role IS DISTINCT FROM role_new::text',
      naive: `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN'); ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE "Role" USING "role"::"Role"`,
      back: 'ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE TEXT; DROP TYPE "Role"',
    },
    mysql: {
      init: myUsers('role VARCHAR(191) NOT NULL'),
      up: "ALTER TABLE `users` MODIFY `role` ENUM('USER', 'ADMIN') NOT NULL;\n",
      expand: ['--convert', 'users.role=role', '--convert-back', 'users.role=role'],
      seed: mySeed('role', "IF(seq % 2 = 0, 'USER', 'ADMIN')"),
      differ: 'NOT (BINARY role <=> BINARY role_new)',
      naive: "ALTER TABLE users MODIFY role ENUM('USER', 'ADMIN') NOT NULL",
      back: 'ALTER TABLE users MODIFY role VARCHAR(191) NOT NULL',
    },
  },
  'narrow-type': {
    value: () => randomInt(2 ** 31),
    stays: 'old',
    columns: { old: ['points', 'points'], new: ['points_new', 'points'] },
    kept: true,
    postgres: {
      init: users('"points" BIGINT NOT NULL'),
      up: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE INTEGER;\n',
      expand: ['--convert', 'users.points=points::int', '--convert-back', 'users.points=points::bigint'],
      seed: seed('points', 'g'),
      differ: 'points IS DISTINCT FROM points_new',
      naive: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE INTEGER',
      back: 'ALTER TABLE "users" ALTER COLUMN "points" SET DATA TYPE BIGINT',
    },
  },
  'json-to-columns': {
    value: (shape) => (shape === 'old' ? `{"city": "${randomUUID()}"}` : `new ${randomUUID()}`),
    stays: 'new',
    columns: { old: ['place'], new: ['city', 'city'] },
    kept: false,
    postgres: {
      init: users('"place" JSONB NOT NULL'),
      up: 'ALTER TABLE "users" DROP COLUMN "place",\nADD COLUMN "city" TEXT NOT NULL;\n',
      expand: ['--convert', "users.city=place->>'city'", '--convert-back', "users.place=jsonb_build_object('city', city)"],
      seed: seed('place', "jsonb_build_object('city', 'city ' || g)"),
      differ: "city IS DISTINCT FROM place->>'city'",
      naive: `ALTER TABLE users ADD COLUMN city text; UPDATE users SET city = place->>'city'; ALTER TABLE users ALTER COLUMN city SET NOT NULL, DROP COLUMN place`,
      back: `ALTER TABLE users ADD COLUMN place jsonb; UPDATE users SET place = jsonb_build_object('city', city); ALTER TABLE users ALTER COLUMN place SET NOT NULL, DROP COLUMN city`,
    },
  },
  'add-index': {
    ...text,
    stays: 'new',
    columns: { old: ['name'], new: ['name', 'name'] },
    kept: true,
    postgres: {
      init: users('"name" TEXT NOT NULL'),
      up: 'CREATE INDEX "users_name_idx" ON "users"("name");\n',
      expand: [],
      seed: seed('name', "'name ' || g"),
      differ: 'false',
      naive: 'CREATE INDEX "users_name_idx" ON "users"("name")',
      back: 'DROP INDEX "users_name_idx"',
    },
  },
  'change-default': {
    // Old versions count on the default where they insert, and write the same where they update.
    value: (shape) => (shape === 'old' ? 'member' : `new ${randomUUID()}`),
    stays: 'new',
    columns: { old: ['role'], new: ['role', 'role'] },
    kept: true,
    postgres: {
      init: users(`"role" TEXT NOT NULL DEFAULT 'member'`),
      up: `ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'guest';\n`,
      expand: [],
      seed: seed('role', "'role ' || g"),
      clients: {
        old: {
          insert: [user('INSERT INTO users (email) VALUES ($1)')],
          upsert: [user("INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET role = 'member'")],
        },
      },
      differ: 'false',
      naive: `ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'guest'`,
      back: `ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'member'`,
    },
    mysql: {
      init: myUsers("role VARCHAR(191) NOT NULL DEFAULT 'member'"),
      up: "ALTER TABLE `users` ALTER COLUMN `role` SET DEFAULT 'guest';\n",
      expand: [],
      seed: mySeed('role', "CONCAT('role ', seq)"),
      clients: {
        old: {
          insert: [user('INSERT INTO users (email) VALUES (?)')],
          upsert: [user("INSERT INTO users (email) VALUES (?) ON DUPLICATE KEY UPDATE role = 'member'")],
        },
      },
      differ: 'false',
      naive: "ALTER TABLE users ALTER COLUMN role SET DEFAULT 'guest'",
      back: "ALTER TABLE users ALTER COLUMN role SET DEFAULT 'member'",
    },
  },
  'drop-table': {
    // Old versions go on with a table that new ones don't know.
    ...text,
    stays: 'new',
    tables: { old: 'people', new: 'users' },
    columns: { old: ['name'], new: ['name', 'name'] },
    kept: false,
    contract: ['--skip-gate', 'compat', '--reason', 'no repository here'],
    postgres: {
      init: two(users('"name" TEXT NOT NULL')),
      up: 'DROP TABLE "people";\n',
      expand: [],
      seed: (rows) => two(seed('name', "'name ' || g")(rows)),
      differ: 'false',
      naive: 'DROP TABLE people',
      back: people(users('"name" TEXT NOT NULL')),
    },
    mysql: {
      init: two(myUsers('name VARCHAR(191) NOT NULL')),
      up: 'DROP TABLE `people`;\n',
      expand: [],
      seed: (rows) => two(mySeed('name', "CONCAT('name ', seq)")(rows)),
      differ: 'false',
      naive: 'DROP TABLE people',
      back: people(myUsers('name VARCHAR(191) NOT NULL')),
    },
    sqlite: {
      init: two(liteUsers('"name" TEXT NOT NULL')),
      up: 'DROP TABLE "people";\n',
      expand: [],
      seed: (rows) => two(liteSeed('name', "'name ' || n")(rows)),
      differ: 'false',
      naive: 'DROP TABLE people',
      back: people(liteUsers('"name" TEXT NOT NULL')),
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
