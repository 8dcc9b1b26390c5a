-- A generated column loses nothing: it is computed anew.
--- before
CREATE TABLE t (a int, b int, total int GENERATED ALWAYS AS (a + b) STORED);
--- rows
INSERT INTO t VALUES (1, 2), (3, 4);
--- up
ALTER TABLE t DROP COLUMN total;
--- down
ALTER TABLE "t" ADD COLUMN "total" int GENERATED ALWAYS AS (a + b) STORED;
--- loss
lossless
