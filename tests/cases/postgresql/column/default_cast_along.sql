-- A default that was a literal of the old type stays one when the column gets another type, and comes back so.
--- before
CREATE TYPE "Kind" AS ENUM ('a', 'b');
CREATE TABLE t (id int PRIMARY KEY, v varchar(20) DEFAULT 'a', d date DEFAULT '2026-01-01', c char(3) DEFAULT 'abc', k "Kind" DEFAULT 'a', at timestamp(3) DEFAULT '2026-01-01', l varchar(10)[] DEFAULT '{}');
ALTER TABLE t ALTER COLUMN v TYPE text, ALTER COLUMN d TYPE timestamp, ALTER COLUMN c TYPE text, ALTER COLUMN k TYPE text, ALTER COLUMN at TYPE text, ALTER COLUMN l TYPE text[];
--- up
ALTER TABLE t ALTER COLUMN v SET DEFAULT 'b', ALTER COLUMN d DROP DEFAULT, ALTER COLUMN c DROP DEFAULT, ALTER COLUMN k SET DEFAULT 'c', ALTER COLUMN at DROP DEFAULT, ALTER COLUMN l DROP DEFAULT;
--- down
ALTER TABLE "t" ALTER COLUMN "v" SET DEFAULT 'a'::character varying;
ALTER TABLE "t" ALTER COLUMN "d" SET DEFAULT '2026-01-01'::date;
ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT 'abc'::bpchar;
ALTER TABLE "t" ALTER COLUMN "k" SET DEFAULT 'a'::"Kind";
ALTER TABLE "t" ALTER COLUMN "at" SET DEFAULT '2026-01-01'::timestamp without time zone;
ALTER TABLE "t" ALTER COLUMN "l" SET DEFAULT '{}'::character varying[];
--- loss
lossless
