-- The engine keeps values, not their names: what names one prints its new name, and a text that is the same does not.
--- before
CREATE TYPE st AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int PRIMARY KEY, one st DEFAULT 'c', z text DEFAULT 'c', n int,
    CONSTRAINT ck CHECK (one <> 'c'::st OR n > 0), CONSTRAINT ck2 CHECK (one IN ('a', 'c') OR z = 'c'));
CREATE INDEX t_p ON t (n) WHERE one = 'c';
CREATE VIEW tv AS SELECT id, one FROM t WHERE one = 'c' AND z <> 'c';
ALTER TYPE st RENAME VALUE 'c' TO 'cc';
--- up
DROP VIEW tv;
DROP INDEX t_p;
ALTER TABLE t DROP CONSTRAINT ck, DROP CONSTRAINT ck2, ALTER COLUMN one DROP DEFAULT;
--- down
ALTER TABLE "t" ALTER COLUMN "one" SET DEFAULT 'cc';
ALTER TABLE "t" ADD CONSTRAINT "ck" CHECK (one <> 'cc'::st OR n > 0);
ALTER TABLE "t" ADD CONSTRAINT "ck2" CHECK (one IN ('a', 'cc') OR z = 'c');
CREATE INDEX "t_p" ON "t" ("n") WHERE one = 'cc';
CREATE VIEW "tv" AS
SELECT id, one FROM t WHERE one = 'cc' AND z <> 'c';
--- loss
lossless
may refuse t.ck: the check returns: refused while a row breaks it
may refuse t.ck2: the check returns: refused while a row breaks it
