-- Every value got another name: each gets its own back.
--- before
CREATE TYPE s AS ENUM ('live', 'paused', 'done');
CREATE TABLE t (id int PRIMARY KEY, s s NOT NULL DEFAULT 'live');
--- rows
INSERT INTO t VALUES (1, 'live'), (2, 'paused'), (3, 'done');
--- up
CREATE TYPE s_new AS ENUM ('open', 'closed', 'past', 'other');
ALTER TABLE t ALTER COLUMN s DROP DEFAULT;
ALTER TABLE t ALTER COLUMN s TYPE s_new USING (CASE s::text WHEN 'live' THEN 'open'::s_new WHEN 'paused' THEN 'closed'::s_new WHEN 'done' THEN 'past'::s_new ELSE 'open'::s_new END);
ALTER TYPE s RENAME TO s_old;
ALTER TYPE s_new RENAME TO s;
DROP TYPE s_old;
ALTER TABLE t ALTER COLUMN s SET DEFAULT 'open';
--- down
ALTER TYPE "s" RENAME TO "s_old";
CREATE TYPE "s" AS ENUM ('live', 'paused', 'done');
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "s" USING ((CASE "s"::text WHEN 'open' THEN 'live' WHEN 'closed' THEN 'paused' WHEN 'past' THEN 'done' ELSE "s"::text END)::"s");
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'live';
DROP TYPE "s_old";
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'live';
--- loss
lossless
may refuse s: 'other' goes again: refused while a row holds it
