-- The names are renamed with it, as TypeORM and Prisma do.
--- before
CREATE TABLE users (id serial PRIMARY KEY, email text);
CREATE INDEX users_email_idx ON users (email);
--- up
ALTER TABLE users RENAME TO accounts;
ALTER TABLE accounts RENAME CONSTRAINT users_pkey TO accounts_pkey;
ALTER INDEX users_email_idx RENAME TO accounts_email_idx;
ALTER SEQUENCE users_id_seq RENAME TO accounts_id_seq;
--- down
ALTER TABLE "accounts" RENAME TO "users";
ALTER SEQUENCE "accounts_id_seq" RENAME TO "users_id_seq";
ALTER TABLE "users" RENAME CONSTRAINT "accounts_pkey" TO "users_pkey";
ALTER INDEX "accounts_email_idx" RENAME TO "users_email_idx";
--- loss
lossless
