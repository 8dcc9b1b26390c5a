-- A value is added: on the way back the type is rebuilt over all that has it.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (id int PRIMARY KEY, s status NOT NULL DEFAULT 'new', more status[] DEFAULT ARRAY['new']::status[]);
CREATE INDEX t_open ON t (id) WHERE s = 'new'::status;
ALTER TABLE t ADD CONSTRAINT t_s CHECK (s <> 'done' OR id > 0);
--- rows
INSERT INTO t VALUES (1, 'done', '{new,done}');
--- up
ALTER TYPE status ADD VALUE 'waiting' BEFORE 'done';
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_s";
DROP INDEX "t_open";
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'new';
ALTER TABLE "t" ALTER COLUMN "more" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "more" SET DATA TYPE "status"[] USING ("more"::text[]::"status"[]);
ALTER TABLE "t" ALTER COLUMN "more" SET DEFAULT ARRAY['new']::status[];
CREATE INDEX "t_open" ON "t" ("id") WHERE s = 'new'::status;
ALTER TABLE "t" ADD CONSTRAINT "t_s" CHECK (s <> 'done' OR id > 0);
DROP TYPE "status_old";
--- loss
lossless
may refuse status: 'waiting' goes again: refused while a row holds it
