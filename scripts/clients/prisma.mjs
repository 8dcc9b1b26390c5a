// A client that Prisma generates from the older schema, and what it does to rows.
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const SCHEMA = `generator client {
  provider = "prisma-client-js"
  output   = "../generated"
}
datasource db {
  provider = "postgresql"
}
enum Role {
  USER
  ADMIN
  @@map("role")
}
model User {
  id      Int      @id @default(autoincrement())
  email   String   @unique
  name    String?
  role    Role     @default(USER)
  score   Int      @default(0)
  active  Boolean  @default(true)
  made    DateTime @default(now())
  touched DateTime @updatedAt
  note    String?  @db.VarChar(50)
  price   Decimal? @db.Decimal(10, 2)
  data    Json?
  token   String   @default(dbgenerated("'t'::text"))
  tags    String[]
  posts   Post[]
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

const BASE = `CREATE TYPE "role" AS ENUM ('USER', 'ADMIN');
CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" TEXT NOT NULL, "name" TEXT, "role" "role" NOT NULL DEFAULT 'USER', "score" INTEGER NOT NULL DEFAULT 0, "active" BOOLEAN NOT NULL DEFAULT true, "made" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "touched" TIMESTAMP(3) NOT NULL, "note" VARCHAR(50), "price" DECIMAL(10,2), "data" JSONB, "token" TEXT NOT NULL DEFAULT 't'::text, "tags" TEXT[], CONSTRAINT "users_pkey" PRIMARY KEY ("id"));
CREATE TABLE "posts" ("id" SERIAL NOT NULL, "title" TEXT NOT NULL, "user_id" INTEGER NOT NULL, CONSTRAINT "posts_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
ALTER TABLE "posts" ADD CONSTRAINT "posts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`

/** The project at the older commit: its files, the statements of its database, and how a migration is added to it. */
export function project(cwd, tools) {
  mkdirSync(join(cwd, 'prisma/migrations/1_init'), { recursive: true })
  writeFileSync(join(cwd, 'prisma/schema.prisma'), SCHEMA)
  writeFileSync(join(cwd, 'prisma/migrations/migration_lock.toml'), 'provider = "postgresql"\n')
  writeFileSync(join(cwd, 'prisma/migrations/1_init/migration.sql'), BASE)
  writeFileSync(join(cwd, '.gitignore'), 'node_modules\ngenerated\nprisma.config.mjs\n')
  writeFileSync(join(cwd, 'prisma.config.mjs'), "export default { schema: 'prisma/schema.prisma', datasource: { url: 'postgres://x@127.0.0.1/x' } }\n")
  symlinkSync(join(tools, 'node_modules'), join(cwd, 'node_modules'))
  // Any file stands in for the engine of migrations, which generating a client does not call.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }
  const run = spawnSync(process.execPath, [join(tools, 'node_modules/prisma/build/index.js'), 'generate'], { cwd, env, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`prisma generate: ${run.stdout}${run.stderr}`)
  const add = (sql) => {
    mkdirSync(join(cwd, 'prisma/migrations/2_change'), { recursive: true })
    writeFileSync(join(cwd, 'prisma/migrations/2_change/migration.sql'), `${sql};\n`)
  }
  return { base: BASE, dir: 'prisma/migrations', add, names: { users: 'User', posts: 'Post' }, connect: (url) => connect(cwd, url) }
}

function connect(cwd, connectionString) {
  const require = createRequire(join(cwd, 'x.js'))
  const { PrismaClient } = require('./generated')
  const { PrismaPg } = require('@prisma/adapter-pg')
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString }) })
  const full = { name: 'n', role: 'USER', score: 3, active: true, made: new Date(0), touched: new Date(0), note: 'note', price: '1.25', data: { a: 1 }, token: 'k', tags: ['a'] }
  return {
    users: {
      select: () => client.user.findMany(),
      insert: () => client.user.create({ data: { email: 'new' } }),
      insertAll: () => client.user.create({ data: { email: 'all', ...full } }),
      update: () => client.user.update({ where: { id: 1 }, data: { touched: new Date(1) } }),
      updateAll: () => client.user.update({ where: { id: 1 }, data: full }),
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
