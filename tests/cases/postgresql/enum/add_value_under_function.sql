-- A function takes the type as an argument.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (id int PRIMARY KEY, s status);
CREATE FUNCTION is_open(s status) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT s = 'new' $$;
--- rows
INSERT INTO t VALUES (1, 'new');
--- up
ALTER TYPE status ADD VALUE 'waiting' AFTER 'new';
--- down
DROP FUNCTION "is_open"(status);
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
CREATE FUNCTION "is_open"(s status) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT s = 'new' $$;
DROP TYPE "status_old";
--- loss
lossless
may refuse status: 'waiting' goes again: refused while a row holds it
