-- CASCADE on a type takes the defaults, the checks and the views that cast to it, and leaves their columns.
--- before
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a text DEFAULT 'ok'::mood, mood int DEFAULT 1, CONSTRAINT c CHECK (a <> CAST('sad' AS mood)::text));
CREATE VIEW v AS SELECT 'ok'::mood AS m;
--- rows
INSERT INTO t VALUES ('x', 2);
--- up
DROP TYPE mood CASCADE;
--- down
CREATE TYPE "mood" AS ENUM ('sad', 'ok');
ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT 'ok'::mood;
ALTER TABLE "t" ADD CONSTRAINT "c" CHECK (a <> CAST('sad' AS mood)::text);
CREATE VIEW "v" AS
SELECT 'ok'::mood AS m;
--- loss
lossless
may refuse t.c: the check returns: refused while a row breaks it
