-- A text column becomes an enum, with the default cast along.
--- before
CREATE TABLE t (s text NOT NULL DEFAULT 'new');
--- rows
INSERT INTO t VALUES ('new'), ('done');
--- up
CREATE TYPE status AS ENUM ('new', 'done');
ALTER TABLE t ALTER COLUMN s DROP DEFAULT, ALTER COLUMN s TYPE status USING s::status, ALTER COLUMN s SET DEFAULT 'new'::status;
--- down
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE text;
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'new';
DROP TYPE "status";
--- loss
lossless
