-- NULLs are filled first: which rows were NULL is not known any more.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int);
--- rows
INSERT INTO t VALUES (1, 2), (2, NULL);
--- up
UPDATE t SET a = 0 WHERE a IS NULL;
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
--- down
ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL;
--- loss
lossy
gone t.a: the migration overwrote it where a IS NULL
