-- An expression can only be put on a column that is made anew, and the index on it with it.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int, s int GENERATED ALWAYS AS (a * 2) STORED UNIQUE);
CREATE INDEX t_s ON t (s);
--- up
ALTER TABLE t ALTER COLUMN s DROP EXPRESSION;
--- down
DROP INDEX "t_s";
ALTER TABLE "t" DROP CONSTRAINT "t_s_key";
ALTER TABLE "t" DROP COLUMN "s";
ALTER TABLE "t" ADD COLUMN "s" int GENERATED ALWAYS AS (a * 2) STORED;
ALTER TABLE "t" ADD CONSTRAINT "t_s_key" UNIQUE ("s");
CREATE INDEX "t_s" ON "t" ("s");
--- loss
lossless
may refuse t.t_s_key: unique again: refused while rows hold the same values
