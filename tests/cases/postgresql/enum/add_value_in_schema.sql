-- A type in a schema of its own, with a column in another.
--- before
CREATE SCHEMA app;
CREATE TYPE app.status AS ENUM ('new', 'done');
CREATE TABLE t (s app.status NOT NULL DEFAULT 'new'::app.status);
--- rows
INSERT INTO t VALUES ('done');
--- up
ALTER TYPE app.status ADD VALUE 'waiting';
--- down
ALTER TYPE "app"."status" RENAME TO "status_old";
CREATE TYPE "app"."status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "app"."status" USING ("s"::text::"app"."status");
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'new'::app.status;
DROP TYPE "app"."status_old";
--- loss
lossless
may refuse app.status: 'waiting' goes again: refused while a row holds it
