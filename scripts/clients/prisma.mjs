// A client that Prisma generates from the older schema, and what it does to rows.
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const SHARED = {
  postgresql: { role: 'role    Role     @default(USER)', data: 'data    Json?', tags: 'tags    String[]', made: 'made    DateTime @default(now())', note: 'note    String?  @db.VarChar(50)', price: 'price   Decimal? @db.Decimal(10, 2)', token: `token   String   @default(dbgenerated("'t'::text"))` },
  mysql: { role: 'role    Role     @default(USER)', note: 'note    String?  @db.VarChar(50)', price: 'price   Decimal? @db.Decimal(10, 2)', token: `token   String   @default(dbgenerated("('t')")) @db.VarChar(20)` },
  sqlite: { note: 'note    String?', price: 'price   Float?', token: `token   String   @default(dbgenerated("'t'"))` },
}

/** The schema; Prisma 6 wants a URL in it, and a word for the client that needs no binary. */
const schema = (dialect, major) => `generator client {
  provider = "prisma-client-js"
  output   = "../generated"
${major < 7 ? '  engineType = "client"\n' : ''}}
datasource db {
  provider = "${dialect}"
${major < 7 ? '  url = env("DATABASE_URL")\n' : ''}}
${SHARED[dialect].role ? `enum Role {\n  USER\n  ADMIN\n${dialect === 'postgresql' ? '  @@map("role")\n' : ''}}\n` : ''}model User {
  id      Int      @id @default(autoincrement())
  email   String   @unique
  name    String?
  score   Int      @default(0)
  active  Boolean  @default(true)
  touched DateTime @updatedAt
${Object.values(SHARED[dialect]).map((line) => `  ${line}\n`).join('')}  posts   Post[]
  @@map("users")
}
model Post {
  id     Int    @id @default(autoincrement())
  title  String
  userId Int    @map("user_id")
  user   User   @relation(fields: [userId], references: [id], onDelete: Cascade)
  @@map("posts")
}
`

const BASE = {
  postgresql: `CREATE TYPE "role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "name" TEXT, "role" "role" NOT NULL DEFAULT 'USER', "score" INTEGER NOT NULL DEFAULT 0, "active" BOOLEAN NOT NULL DEFAULT true, "made" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "touched" TIMESTAMP(3) NOT NULL, "note" VARCHAR(50), "price" DECIMAL(10,2), "data" JSONB, "token" TEXT NOT NULL DEFAULT 't'::text, "tags" TEXT[], CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "posts" ("id" SERIAL NOT NULL, "title" TEXT NOT NULL, "user_id" INTEGER NOT NULL, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
ALTER TABLE "posts" ADD CONSTRAINT "posts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`,
  mysql: `CREATE TABLE \`users\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`email\` VARCHAR(191) NOT NULL, \`name\` VARCHAR(191) NULL, \`score\` INTEGER NOT NULL DEFAULT 0, \`active\` BOOLEAN NOT NULL DEFAULT true, \`touched\` DATETIME(3) NOT NULL, \`role\` ENUM('USER', 'ADMIN') NOT NULL DEFAULT 'USER', \`note\` VARCHAR(50) NULL, \`price\` DECIMAL(10, 2) NULL, \`token\` VARCHAR(20) NOT NULL DEFAULT ('t'), UNIQUE INDEX \`users_email_key\`(\`email\`), PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE \`posts\` (\`id\` INTEGER NOT NULL AUTO_INCREMENT, \`title\` VARCHAR(191) NOT NULL, \`user_id\` INTEGER NOT NULL, PRIMARY KEY (\`id\`)) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE \`posts\` ADD CONSTRAINT \`posts_user_id_fkey\` FOREIGN KEY (\`user_id\`) REFERENCES \`users\`(\`id\`) ON DELETE CASCADE ON UPDATE CASCADE;
`,
  sqlite: `CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "email" TEXT NOT NULL, "name" TEXT, "score" INTEGER NOT NULL DEFAULT 0, "active" BOOLEAN NOT NULL DEFAULT true, "touched" DATETIME NOT NULL, "note" TEXT, "price" REAL, "token" TEXT NOT NULL DEFAULT 't');
CREATE TABLE "posts" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "title" TEXT NOT NULL, "user_id" INTEGER NOT NULL, CONSTRAINT "posts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
`,
}

/** The project at the older commit: its files, the statements of its database, and how a migration is added to it. */
export function project(cwd, tools, dialect, major = 7) {
  const base = BASE[dialect]
  mkdirSync(join(cwd, 'prisma/migrations/1_init'), { recursive: true })
  writeFileSync(join(cwd, 'prisma/schema.prisma'), schema(dialect, major))
  writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), `provider = "${dialect}"\n`)
  writeFileSync(join(cwd, 'prisma/migrations/1_init/migration.sql'), base)
  writeFileSync(join(cwd, '.gitignore'), 'node_modules\ngenerated\nprisma.config.mjs\n*.db\n')
  if (major >= 7) writeFileSync(join(cwd, 'prisma.config.mjs'), "export default { schema: 'prisma/schema.prisma', datasource: { url: 'postgres://x@127.0.0.1/x' } }\n")
  symlinkSync(join(tools, 'node_modules'), join(cwd, 'node_modules'))
  // Any file stands in for the engines, which generating a client does not call.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_QUERY_ENGINE_LIBRARY: process.execPath, DATABASE_URL: 'postgres://x@127.0.0.1/x' }
  const run = spawnSync(process.execPath, [join(tools, 'node_modules/prisma/build/index.js'), 'generate'], { cwd, env, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`prisma generate: ${run.stdout}${run.stderr}`)
  const add = (sql) => {
    mkdirSync(join(cwd, 'prisma/migrations/2_change'), { recursive: true })
    writeFileSync(join(cwd, 'prisma/migrations/2_change/migration.sql'), `${sql};\n`)
  }
  return { base, dir: 'prisma/migrations', add, names: { users: 'User', posts: 'Post' }, connect: (url) => connect(cwd, dialect, url) }
}

const ADAPTERS = {
  postgresql: (require, connectionString) => new (require('@prisma/adapter-pg').PrismaPg)({ connectionString }),
  mysql: (require, url) => new (require('@prisma/adapter-mariadb').PrismaMariaDb)(url.replace(/^mysql:/, 'mariadb:')),
  sqlite: (require, url) => new (require('@prisma/adapter-libsql').PrismaLibSql)({ url }),
}

const full = { name: 'n', score: 3, active: true, touched: new Date(0), note: 'note', token: 'k' }
const FULL = {
  postgresql: { ...full, role: 'USER', made: new Date(0), price: '1.25', data: { a: 1 }, tags: ['a'] },
  mysql: { ...full, role: 'USER', price: '1.25' },
  sqlite: { ...full, price: 1.25 },
}

function connect(cwd, dialect, url) {
  const require = createRequire(join(cwd, 'x.js'))
  const { PrismaClient } = require('./generated')
  const client = new PrismaClient({ adapter: ADAPTERS[dialect](require, url) })
  const all = FULL[dialect]
  return {
    users: {
      select: () => client.user.findMany(),
      insert: () => client.user.create({ data: { email: 'new' } }),
      insertAll: () => client.user.create({ data: { email: 'all', ...all } }),
      update: () => client.user.update({ where: { id: 1 }, data: { touched: new Date(1) } }),
      updateAll: () => client.user.update({ where: { id: 1 }, data: all }),
      delete: () => client.user.delete({ where: { id: 2 } }),
    },
    posts: {
      select: () => client.post.findMany(),
      insert: () => client.post.create({ data: { title: 't', userId: 1 } }),
      insertAll: () => client.post.create({ data: { title: 't', userId: 1 } }),
      update: () => client.post.update({ where: { id: 1 }, data: { userId: 1 } }),
      updateAll: () => client.post.update({ where: { id: 1 }, data: { title: 'u', userId: 1 } }),
      delete: () => client.post.delete({ where: { id: 2 } }),
    },
    end: () => client.$disconnect(),
  }
}
