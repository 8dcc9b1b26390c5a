-- IF NOT EXISTS on a column that is there adds nothing, and nothing is dropped.
--- before
CREATE TABLE t (a int, b int);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t ADD COLUMN IF NOT EXISTS b int;
ALTER TABLE t ADD COLUMN IF NOT EXISTS c int;
--- down
ALTER TABLE "t" DROP COLUMN "c";
--- loss
lossless
discards t.c: the values in it
