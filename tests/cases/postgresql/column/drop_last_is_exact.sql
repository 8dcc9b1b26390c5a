-- The last column comes back in its place: nothing is approximate.
--- before
CREATE TABLE t (a int, b int, c varchar(20) COLLATE "C");
--- rows
INSERT INTO t VALUES (1, 2, 'x');
--- up
ALTER TABLE t DROP COLUMN c;
--- down
ALTER TABLE "t" ADD COLUMN "c" varchar(20) COLLATE "C";
--- loss
lossy
gone t.c: the migration dropped the column; it comes back empty
