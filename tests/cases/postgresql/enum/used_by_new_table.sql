-- The table that uses the new value goes before the type retreats.
--- before
CREATE TYPE status AS ENUM ('new');
CREATE TABLE t (s status);
--- rows
INSERT INTO t VALUES ('new');
--- up
ALTER TYPE status ADD VALUE 'done';
CREATE TABLE u (s status DEFAULT 'done');
--- down
DROP TABLE "u";
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new');
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
DROP TYPE "status_old";
--- loss
lossless
may refuse status: 'done' goes again: refused while a row holds it
discards u: the table and the rows in it
