// `expand --write` with the real drizzle-kit: with the file that it reads until the contract, and with the code's own file after it,
// `generate` finds no difference and `check` nothing wrong. No database is needed: drizzle-kit compares with its snapshots.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { project } from '../projects.mjs'
import { ran } from '../scenarios/tools.mjs'

const GATES = ['backfilled', 'missing', 'indexed', 'referenced', 'duplicates', 'orphans', 'violations', 'compat', 'statements']
const SKIPPED = [...GATES.flatMap((gate) => ['--skip-gate', gate]), '--reason', 'nothing is deployed']
const CORE = { postgresql: 'pg', mysql: 'mysql', sqlite: 'sqlite' }

/** A project whose first migration is committed, and whose second is there with its snapshot, as `generate` would have written it. */
function written(t, { dialect = 'postgresql', before, after, up, casing = '' }) {
  const config = (out) => `export default { dialect: '${dialect}', out: './${out}', schema: './src/schema.ts', migrations: { schema: 'drizzle' }${casing} }\n`
  const cwd = project(t, { 'package.json': '{}', '.gitignore': 'node_modules\n', 'drizzle.config.ts': config('drizzle'), 'src/schema.ts': before })
  const git = (...args) => assert.equal(spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd }).status, 0)
  ran('drizzle-0', cwd, '', 'generate', '--name', 'init')
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  writeFileSync(join(cwd, 'src/schema.ts'), after)
  // Where a column gets another name, `generate` asks, and there is nobody to answer: the snapshot is made apart.
  writeFileSync(join(cwd, 'aside.config.ts'), config('aside'))
  ran('drizzle-0', cwd, '', 'generate', '--name', 'change', '--config', 'aside.config.ts')
  const json = (path) => JSON.parse(readFileSync(join(cwd, path), 'utf8'))
  const put = (path, value) => writeFileSync(join(cwd, path), JSON.stringify(value, null, 2))
  put('drizzle/meta/0001_snapshot.json', { ...json('aside/meta/0000_snapshot.json'), prevId: json('drizzle/meta/0000_snapshot.json').id })
  const journal = json('drizzle/meta/_journal.json')
  const [first] = journal.entries
  put('drizzle/meta/_journal.json', { ...journal, entries: [first, { ...first, idx: 1, when: first.when + 1, tag: '0001_change' }] })
  writeFileSync(join(cwd, 'drizzle/0001_change.sql'), up)
  rmSync(join(cwd, 'aside'), { recursive: true })
  rmSync(join(cwd, 'aside.config.ts'))
  return cwd
}

/** drizzle-kit finds nothing. */
function nothing(cwd, when) {
  assert.match(ran('drizzle-0', cwd, '', 'generate', '--name', 'more'), /No schema changes, nothing to migrate/, when)
  assert.match(ran('drizzle-0', cwd, '', 'check'), /Everything's fine/, when)
}

function done(cwd, ...args) {
  const out = unmigrate(cwd, args)
  assert.equal(out.code, 0, `${args.join(' ')}\n${out.out}${out.err}`)
  return out.out
}

/** Through all releases. `edits`: the schema is not what drizzle-kit has to read until the contract. */
function through(t, { flags = [], edits = true, drifts = false, kit = [], ...given }) {
  const cwd = written(t, given)
  const read = (path) => readFileSync(join(cwd, path), 'utf8')
  const config = read('drizzle.config.ts')
  nothing(cwd, 'before expand')
  const expand = ['expand', '0001_change', ...flags, '--not-applied', '--write']
  const said = done(cwd, ...expand)
  assert.equal(read('src/schema.ts'), given.after, 'the file of the code stays as it is')
  assert.equal(existsSync(join(cwd, 'src/schema.kit.ts')), edits, said)
  if (edits) {
    assert.match(read('drizzle.config.ts'), /schema: '.\/src\/schema\.kit\.ts'/)
    for (const line of kit) assert.ok(read('src/schema.kit.ts').includes(line), `${line}\n${read('src/schema.kit.ts')}`)
    assert.match(said, /wrote src\/schema\.kit\.ts/)
    assert.match(said, /\+\+\+ b\/src\/schema\.kit\.ts/)
  } else {
    assert.match(said, /there is nothing to edit/)
  }
  nothing(cwd, 'after expand')
  if (drifts) {
    // What the copy is for: the code's own file is another schema than that of the migrations.
    cpSync(join(cwd, 'drizzle'), join(cwd, 'kept'), { recursive: true })
    const there = read('drizzle.config.ts')
    writeFileSync(join(cwd, 'drizzle.config.ts'), config)
    assert.doesNotMatch(ran('drizzle-0', cwd, '', 'generate', '--name', 'more'), /No schema changes/)
    writeFileSync(join(cwd, 'drizzle.config.ts'), there)
    rmSync(join(cwd, 'drizzle'), { recursive: true })
    renameSync(join(cwd, 'kept'), join(cwd, 'drizzle'))
  }
  // There and back.
  done(cwd, 'expand', '0001_change', '--abort', '--not-applied')
  assert.equal(read('drizzle.config.ts'), config)
  assert.ok(!existsSync(join(cwd, 'src/schema.kit.ts')))
  nothing(cwd, 'after --abort')
  done(cwd, ...expand)
  done(cwd, 'contract', ...SKIPPED, '--write')
  assert.equal(read('drizzle.config.ts'), config)
  assert.ok(!existsSync(join(cwd, 'src/schema.kit.ts')))
  nothing(cwd, 'after the contract')
}

const table = (columns, extras = '', dialect = 'postgresql') => {
  const core = CORE[dialect]
  const words = [...new Set([...`${columns}${extras}`.matchAll(/\b(bigint|boolean|check|index|int|integer|pgEnum|serial|text|unique|uniqueIndex|varchar)\(/g)].map(([, word]) => word))]
  return `import { ${[`${core}Table`, ...words].join(', ')} } from 'drizzle-orm/${core}-core'\nimport { sql } from 'drizzle-orm'\n\nexport const users = ${core}Table('users', {\n${columns.map((c) => `  ${c},\n`).join('')}}${extras})\n`
}

const ID = { postgresql: 'id: serial().primaryKey()', mysql: 'id: int().primaryKey()', sqlite: 'id: integer().primaryKey()' }
const text = { postgresql: 'text', mysql: 'varchar', sqlite: 'text' }

for (const dialect of ['postgresql', 'mysql', 'sqlite']) {
  const own = (key, name) => `${key}: ${text[dialect]}('${name}'${dialect === 'mysql' ? ', { length: 80 }' : ''})`
  const q = dialect === 'mysql' ? '`' : '"'
  test(`a rename on ${dialect}`, (t) => through(t, {
    dialect,
    before: table([ID[dialect], `${own('fullName', 'full_name')}.notNull()`], ", (t) => [index('users_full_name_idx').on(t.fullName)]", dialect),
    after: table([ID[dialect], `${own('displayName', 'display_name')}.notNull()`], ", (t) => [index('users_full_name_idx').on(t.displayName)]", dialect),
    up: `ALTER TABLE ${q}users${q} RENAME COLUMN ${q}full_name${q} TO ${q}display_name${q};\n`,
    kit: [`  ${own('fullName', 'full_name')}.notNull(),\n  ${own('displayName', 'display_name')},\n`],
  }))
}

test('a rename where the keys say the names', (t) => through(t, {
  casing: ", casing: 'snake_case'",
  before: table([ID.postgresql, 'fullName: text().notNull()', 'createdBy: text()']),
  after: table([ID.postgresql, 'displayName: text().notNull()', 'createdBy: text()']),
  up: 'ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";\n',
  kit: ['  fullName: text().notNull(),\n  displayName: text(),\n'],
}))

test('another type, under the same name', (t) => through(t, {
  drifts: true,
  before: table([ID.postgresql, 'score: integer().notNull().default(0)'], ", (t) => [index('users_score_idx').on(t.score)]"),
  after: table([ID.postgresql, "score: bigint({ mode: 'number' }).notNull().default(0)"], ", (t) => [index('users_score_idx').on(t.score)]"),
  up: 'ALTER TABLE "users" ALTER COLUMN "score" SET DATA TYPE bigint;\n',
  kit: ["import { integer } from 'drizzle-orm/pg-core'", "scoreNew: bigint('score_new', { mode: 'number' }),"],
}))

test('one column taken apart', (t) => through(t, {
  before: table([ID.postgresql, "fullName: text('full_name').notNull()"]),
  after: table([ID.postgresql, 'first: text().notNull()', 'last: text().notNull()']),
  up: 'ALTER TABLE "users" ADD COLUMN "first" text NOT NULL;--> statement-breakpoint\nALTER TABLE "users" ADD COLUMN "last" text NOT NULL;--> statement-breakpoint\nALTER TABLE "users" DROP COLUMN "full_name";\n',
  flags: ['--convert', "users.first=split_part(full_name, ' ', 1)", '--convert', "users.last=split_part(full_name, ' ', 2)", '--convert-back', "users.full_name=concat_ws(' ', first, last)"],
}))

test('two columns put together', (t) => through(t, {
  before: table([ID.postgresql, 'first: text().notNull()', 'last: text().notNull()']),
  after: table([ID.postgresql, "fullName: text('full_name').notNull()"]),
  up: 'ALTER TABLE "users" ADD COLUMN "full_name" text NOT NULL;--> statement-breakpoint\nALTER TABLE "users" DROP COLUMN "first";--> statement-breakpoint\nALTER TABLE "users" DROP COLUMN "last";\n',
  flags: ['--convert-back', "users.first=split_part(full_name, ' ', 1)", '--convert-back', "users.last=split_part(full_name, ' ', 2)", '--convert', "users.full_name=concat_ws(' ', first, last)"],
}))

test('required, with another default, and unique', (t) => through(t, {
  before: table([ID.postgresql, "bio: text()", 'mail: text()', "nick: text()", "size: text().default('old')"]),
  after: table([ID.postgresql, "bio: text().notNull()", 'mail: text().unique()', "nick: text()", "size: text().default('new')"], ", (t) => [uniqueIndex('users_nick_idx').on(t.nick)]"),
  up: 'ALTER TABLE "users" ALTER COLUMN "size" SET DEFAULT \'new\';--> statement-breakpoint\nALTER TABLE "users" ALTER COLUMN "bio" SET NOT NULL;--> statement-breakpoint\nCREATE UNIQUE INDEX "users_nick_idx" ON "users" USING btree ("nick");--> statement-breakpoint\nALTER TABLE "users" ADD CONSTRAINT "users_mail_unique" UNIQUE("mail");\n',
  flags: ['--fill', "users.bio='x'"],
  kit: ["  bio: text(),\n  mail: text(),\n  nick: text(),\n  size: text().default('old'),\n}, (t) => [])"],
}))

test('a value of an enum goes', (t) => {
  const file = (values, value) => `import { pgEnum, pgTable, serial } from 'drizzle-orm/pg-core'\n\nexport const role = pgEnum('role', [${values}])\n\nexport const users = pgTable('users', {\n  id: serial().primaryKey(),\n  role: role().notNull().default('${value}'),\n})\n`
  through(t, {
    before: file("'guest', 'user', 'admin'", 'guest'),
    after: file("'user', 'admin'", 'user'),
    up: 'ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE text;--> statement-breakpoint\nALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT \'user\'::text;--> statement-breakpoint\nDROP TYPE "public"."role";--> statement-breakpoint\nCREATE TYPE "public"."role" AS ENUM(\'user\', \'admin\');--> statement-breakpoint\nALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT \'user\'::"public"."role";--> statement-breakpoint\nALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE "public"."role" USING "role"::"public"."role";\n',
    flags: ['--value', 'role.guest=user'],
    kit: ["export const roleNew = pgEnum('role_new', ['user', 'admin'])", "  roleNew: roleNew('role_new'),"],
  })
})

test('a column goes and a check comes: there is nothing to edit', (t) => through(t, {
  before: table([ID.postgresql, 'bio: text()', 'score: integer()']),
  after: table([ID.postgresql, 'score: integer()'], ", (t) => [check('users_score_check', sql`${t.score} >= 0`)]"),
  up: 'ALTER TABLE "users" ADD CONSTRAINT "users_score_check" CHECK ("users"."score" >= 0);--> statement-breakpoint\nALTER TABLE "users" DROP COLUMN "bio";\n',
  edits: false,
}))

test('a column moves into a table that comes', (t) => {
  const file = (users, profiles) => `import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core'\n\nexport const users = pgTable('users', {\n  id: serial().primaryKey(),${users}\n  mail: text(),\n})\n${profiles}`
  const profiles = "\nexport const profiles = pgTable('profiles', {\n  userId: integer('user_id').primaryKey().references(() => users.id, { onDelete: 'cascade' }),\n  bio: text().notNull(),\n})\n"
  through(t, {
    before: file('\n  bio: text(),', ''),
    after: file('', profiles.replace('bio: text().notNull()', 'bio: text()')),
    up: 'CREATE TABLE "profiles" (\n\t"user_id" integer PRIMARY KEY NOT NULL,\n\t"bio" text\n);\n--> statement-breakpoint\nALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint\nALTER TABLE "users" DROP COLUMN "bio";\n',
    flags: ['--move', 'users.bio=profiles.bio'],
    kit: ['  id: serial().primaryKey(),\n  bio: text(),\n  mail: text(),\n'],
  })
})
