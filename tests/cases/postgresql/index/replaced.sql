-- The same name over other columns.
--- before
CREATE TABLE t (a int, b int);
CREATE UNIQUE INDEX t_idx ON t (a);
--- up
DROP INDEX t_idx;
CREATE INDEX t_idx ON t (a, b DESC);
--- down
DROP INDEX "t_idx";
CREATE UNIQUE INDEX "t_idx" ON "t" ("a");
--- loss
lossless
may refuse t.t_idx: unique again: refused while rows hold the same values
