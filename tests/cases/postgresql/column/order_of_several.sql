-- Two columns come back at the end: the order is not what it was.
--- before
CREATE TABLE t (a int, b int, c int, d int);
--- rows
INSERT INTO t VALUES (1, 2, 3, 4);
--- up
ALTER TABLE t DROP COLUMN b, DROP COLUMN c;
--- down
ALTER TABLE "t" ADD COLUMN "b" int;
ALTER TABLE "t" ADD COLUMN "c" int;
--- loss
lossy
approximate t.b: PostgreSQL can't put a column back in its place: it comes last
approximate t.c: PostgreSQL can't put a column back in its place: it comes last
gone t.b: the migration dropped the column; it comes back empty
gone t.c: the migration dropped the column; it comes back empty
