-- The last two come back in their order.
--- before
CREATE TABLE t (a int, b int, c int);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- up
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t DROP COLUMN b;
--- down
ALTER TABLE "t" ADD COLUMN "b" int;
ALTER TABLE "t" ADD COLUMN "c" int;
--- loss
lossy
gone t.c: the migration dropped the column; it comes back empty
gone t.b: the migration dropped the column; it comes back empty
