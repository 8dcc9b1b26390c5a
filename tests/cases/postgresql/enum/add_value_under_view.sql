-- A view shows the column: it goes for the rebuild.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (id int PRIMARY KEY, s status);
CREATE VIEW open AS SELECT id, s FROM t WHERE s = 'new';
--- rows
INSERT INTO t VALUES (1, 'new');
--- up
ALTER TYPE status ADD VALUE 'waiting';
--- down
DROP VIEW "open";
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
CREATE VIEW "open" AS
SELECT id, s FROM t WHERE s = 'new';
DROP TYPE "status_old";
--- loss
lossless
may refuse status: 'waiting' goes again: refused while a row holds it
