-- A row that holds the new value forbids the way back; nothing is half done.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (id int PRIMARY KEY, s status);
--- rows
INSERT INTO t VALUES (1, 'new');
--- up
ALTER TYPE status ADD VALUE IF NOT EXISTS 'waiting';
UPDATE t SET s = 'waiting' WHERE id = 1;
--- down
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
DROP TYPE "status_old";
--- loss
lossy
may refuse status: 'waiting' goes again: refused while a row holds it
gone t.s: the migration overwrote it where id = 1
