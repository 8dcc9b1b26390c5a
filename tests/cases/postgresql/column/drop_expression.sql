-- A generated column becomes a plain one; back, it is computed again.
--- before
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t VALUES (4);
--- up
ALTER TABLE t ALTER COLUMN b DROP EXPRESSION;
--- down
ALTER TABLE "t" DROP COLUMN "b";
ALTER TABLE "t" ADD COLUMN "b" int GENERATED ALWAYS AS (a * 2) STORED;
--- loss
lossless
