-- Two values became one: which was which is lost.
--- before
CREATE TYPE s AS ENUM ('live', 'paused', 'done');
CREATE TABLE t (id int PRIMARY KEY, s s NOT NULL DEFAULT 'live');
--- rows
INSERT INTO t VALUES (1, 'live'), (2, 'paused'), (3, 'done');
--- up
CREATE TYPE s_new AS ENUM ('open', 'past');
ALTER TABLE t ALTER COLUMN s DROP DEFAULT;
ALTER TABLE t ALTER COLUMN s TYPE s_new USING (CASE s::text WHEN 'live' THEN 'open'::s_new WHEN 'paused' THEN 'open'::s_new ELSE 'past'::s_new END);
ALTER TYPE s RENAME TO s_old;
ALTER TYPE s_new RENAME TO s;
DROP TYPE s_old;
ALTER TABLE t ALTER COLUMN s SET DEFAULT 'open';
--- down
ALTER TYPE "s" RENAME TO "s_old";
CREATE TYPE "s" AS ENUM ('live', 'paused', 'done');
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "s" USING ((CASE "s"::text WHEN 'open' THEN 'live' WHEN 'past' THEN 'done' ELSE "s"::text END)::"s");
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'live';
DROP TYPE "s_old";
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'live';
--- loss
lossy
gone t.s: paused can't be told apart any more
