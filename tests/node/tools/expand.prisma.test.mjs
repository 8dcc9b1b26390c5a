// `expand --write` and `contract --write` with the real Prisma: with schema.prisma as each release has it, `migrate diff` finds no
// difference to the migrations.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unmigrate } from '../cli.mjs'
import { emptied } from '../deployed.mjs'
import { project } from '../projects.mjs'
import { ran, tool } from '../scenarios/tools.mjs'

const GATES = ['backfilled', 'missing', 'indexed', 'referenced', 'duplicates', 'orphans', 'violations', 'compat', 'statements']
const SKIPPED = [...GATES.flatMap((gate) => ['--skip-gate', gate]), '--reason', 'nothing is deployed']
const NAME = '20260102000000_change'

const head = (provider) => `generator client {\n  provider = "prisma-client-js"\n}\n\ndatasource db {\n  provider = "${provider}"\n  url      = env("DATABASE_URL")\n}\n\n`

/** Through all releases. `before` and `after` are the models; the second migration is what Prisma itself makes of them, or `up`. */
async function through(t, { provider = 'postgresql', before, after, up, flags = [], lines = {} }) {
  const { url } = provider === 'sqlite' ? { url: 'file:./shadow.db' } : await emptied(t, 'postgres', 'expand_prisma_shadow')
  const [old, last] = [before, after].map((models) => head(provider) + models)
  const cwd = project(t, {
    'package.json': '{}',
    '.gitignore': 'node_modules\n',
    'prisma/migrations/migration_lock.toml': `provider = "${provider}"\n`,
    'prisma/schema.prisma': old,
  })
  const read = () => readFileSync(join(cwd, 'prisma/schema.prisma'), 'utf8')
  const migration = (name, sql) => {
    mkdirSync(join(cwd, 'prisma/migrations', name), { recursive: true })
    writeFileSync(join(cwd, 'prisma/migrations', name, 'migration.sql'), sql)
  }
  const script = (...from) => ran('prisma-6', cwd, url, 'migrate', 'diff', ...from, '--to-schema-datamodel', 'prisma/schema.prisma', '--script')
  migration('20260101000000_init', script('--from-empty'))
  const git = (...args) => assert.equal(spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd }).status, 0)
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  writeFileSync(join(cwd, 'before.prisma'), old)
  writeFileSync(join(cwd, 'prisma/schema.prisma'), last)
  // Of a key that gets wider 6.19.3 writes a type that no database knows.
  migration(NAME, up ?? script('--from-schema-datamodel', 'before.prisma').replaceAll('BIGSERIAL', 'BIGINT'))
  const nothing = (when) => {
    const { code, said } = tool('prisma-6', cwd, url, 'migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema-datamodel', 'prisma/schema.prisma', '--shadow-database-url', url, '--exit-code', '--script')
    assert.equal(code, 0, `${when}\n${said}\n${read()}`)
  }
  const done = (...args) => {
    const out = unmigrate(cwd, args)
    assert.equal(out.code, 0, `${args.join(' ')}\n${out.out}${out.err}`)
    return out.out
  }
  nothing('before expand')
  const expand = ['expand', ...flags, '--not-applied', '--write']
  for (const [n, args] of [expand, ['expand', '--release', 'code', '--write'], ['contract', ...SKIPPED, '--write']].entries()) {
    const said = done(...args)
    assert.doesNotMatch(said, /by hand/, said)
    for (const line of lines[n + 1] ?? []) assert.ok(read().includes(line), `${line}\n${read()}`)
    nothing(`release ${n + 1}`)
    if (n === 0) {
      done('expand', '--abort', '--not-applied')
      assert.equal(read(), last)
      done(...args)
    }
  }
  assert.equal(read(), last)
}

const model = (name, lines, map) => `model ${name} {\n${lines.map((l) => `  ${l}\n`).join('')}${map ? `\n  @@map("${map}")\n` : ''}}\n`
const ID = 'id Int @id @default(autoincrement())'
const user = (...lines) => model('User', [ID, ...lines], 'users')

for (const provider of ['postgresql', 'sqlite']) {
  test(`a rename on ${provider}`, (t) => through(t, {
    provider,
    before: user('fullName String @map("full_name")', 'mail String?', '', '@@index([fullName])'),
    after: user('displayName String @map("display_name")', 'mail String?', '', '@@index([displayName])'),
    flags: ['--rename', 'users.full_name=display_name'],
  }))
}

test('required', (t) => through(t, {
  before: user('bio String?'),
  after: user('bio String'),
  flags: ['--fill', "users.bio=''"],
}))

test('another default, and unique, and an index', (t) => through(t, {
  before: user('bio String @default("old")', 'mail String?', 'nick String?', 'a Int?', 'b Int?'),
  after: user('bio String @default("new")', 'mail String? @unique', 'nick String?', 'a Int?', 'b Int?', '', '@@unique([a, b])', '@@index([nick])'),
}))

test('a column goes', (t) => through(t, {
  before: user('bio String', 'mail String?'),
  after: user('mail String?'),
  flags: ['--fill', "users.bio='none'"],
}))

test('a column with a foreign key goes', (t) => through(t, {
  before: model('Team', [ID, 'users User[]'], 'teams') + user('teamId Int? @map("team_id")', 'team Team? @relation(fields: [teamId], references: [id], onDelete: Restrict)', 'mail String?'),
  after: model('Team', [ID], 'teams') + user('mail String?'),
}))

test('a column with a foreign key that stops nobody goes', (t) => through(t, {
  before: model('Team', [ID, 'users User[]'], 'teams') + user('teamId Int? @map("team_id")', 'team Team? @relation(fields: [teamId], references: [id], onDelete: SetNull)', 'mail String?'),
  after: model('Team', [ID], 'teams') + user('mail String?'),
}))

test('a table goes into another', (t) => through(t, {
  before: user('mail String?', 'profile Profile?') + model('Profile', [ID, 'bio String?', 'theme String?', 'userId Int @unique @map("user_id")', 'user User @relation(fields: [userId], references: [id], onDelete: Cascade)'], 'profiles'),
  after: user('mail String?', 'bio String?', 'theme String?'),
  flags: ['--move', 'profiles.bio=users.bio', '--move', 'profiles.theme=users.theme'],
  lines: { 1: ['model Profile {', 'profile Profile?'] },
}))

test('a table goes', (t) => through(t, {
  before: user('mail String?', 'notes Note[]') + model('Note', [ID, 'text String', 'userId Int @map("user_id")', 'user User @relation(fields: [userId], references: [id], onDelete: Cascade)'], 'notes'),
  after: user('mail String?'),
}))

test('a table goes whose foreign key is let go', (t) => through(t, {
  before: user('mail String?', 'notes Note[]') + model('Note', [ID, 'text String', 'userId Int @map("user_id")', 'user User @relation(fields: [userId], references: [id])'], 'notes'),
  after: user('mail String?'),
}))

test('a value of an enum goes', (t) => through(t, {
  before: 'enum Role {\n  GUEST\n  USER\n}\n' + user('role Role @default(USER)'),
  after: 'enum Role {\n  USER\n}\n' + user('role Role @default(USER)'),
  flags: ['--value', 'Role.GUEST=USER'],
}))

test('another type', (t) => through(t, {
  before: user('score Int @default(0)', 'mail String?'),
  after: user('score BigInt @default(0)', 'mail String?'),
}))

test('a key gets wider, with what refers to it', (t) => through(t, {
  before: model('User', [ID, 'notes Note[]'], 'users') + model('Note', [ID, 'userId Int @map("user_id")', 'user User @relation(fields: [userId], references: [id])'], 'notes'),
  after: model('User', ['id BigInt @id @default(autoincrement())', 'notes Note[]'], 'users') + model('Note', [ID, 'userId BigInt @map("user_id")', 'user User @relation(fields: [userId], references: [id])'], 'notes'),
}))

test('a foreign key comes', (t) => through(t, {
  before: model('Team', [ID], 'teams') + user('teamId Int? @map("team_id")'),
  after: model('Team', [ID, 'users User[]'], 'teams') + user('teamId Int? @map("team_id")', 'team Team? @relation(fields: [teamId], references: [id])'),
}))

test('a primary key comes', (t) => through(t, {
  before: model('Pair', ['a Int', 'b Int', 'c Int @unique'], 'pairs'),
  after: model('Pair', ['a Int', 'b Int', 'c Int @unique', '', '@@id([a, b])'], 'pairs'),
}))

test('a table gets another name', (t) => through(t, {
  before: user('mail String?'),
  after: user('mail String?').replace('"users"', '"people"').replace('User', 'Person'),
  up: 'ALTER TABLE "users" RENAME TO "people";\nALTER TABLE "people" RENAME CONSTRAINT "users_pkey" TO "people_pkey";\n',
}))

test('a column moves into a table that comes', (t) => through(t, {
  before: user('bio String?', 'mail String?'),
  after: user('mail String?', 'profile Profile?') + model('Profile', ['userId Int @id @map("user_id")', 'bio String?', 'user User @relation(fields: [userId], references: [id], onDelete: Cascade)'], 'profiles'),
  flags: ['--move', 'users.bio=profiles.bio'],
}))

test('two columns are put together', (t) => through(t, {
  before: user('first String', 'last String'),
  after: user('name String'),
  flags: ['--convert', "users.name=first || ' ' || last", '--convert-back', "users.first=split_part(name, ' ', 1)", '--convert-back', "users.last=split_part(name, ' ', 2)"],
}))

test('a table goes with its enum and what refers to it', (t) => through(t, {
  before: 'enum Kind {\n  A\n  B\n}\n\n' + model('Note', [ID, 'kind Kind', 'users User[]'], 'notes') + user('noteId Int? @map("note_id")', 'note Note? @relation(fields: [noteId], references: [id])', 'mail String?'),
  after: user('mail String?'),
}))

test('on sqlite: required with another default, and a column goes', (t) => through(t, {
  provider: 'sqlite',
  before: user('bio String? @default("a")', 'gone String', 'mail String?'),
  after: user('bio String @default("b")', 'mail String?'),
  flags: ['--fill', "users.bio=''", '--fill', "users.gone='x'"],
}))

test('much at once', (t) => through(t, {
  before: user('fullName String @map("full_name")', 'bio String?', 'gone String', 'score Int', 'mail String?'),
  after: user('displayName String @map("display_name")', 'bio String', 'score BigInt', 'mail String? @unique'),
  flags: ['--rename', 'users.full_name=display_name', '--fill', "users.bio=''", '--fill', "users.gone='x'", '--no-rename', 'users.gone'],
}))
