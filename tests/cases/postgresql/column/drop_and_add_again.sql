-- A column dropped and made anew is another one.
--- before
CREATE TABLE t (a int, b int);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP COLUMN b, ADD COLUMN b text;
--- down
ALTER TABLE "t" DROP COLUMN "b";
ALTER TABLE "t" ADD COLUMN "b" int;
--- loss
lossy
discards t.b: the values in it
gone t.b: the migration dropped the column; it comes back empty
