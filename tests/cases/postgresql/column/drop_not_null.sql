-- NOT NULL returns where no row holds NULL.
--- before
CREATE TABLE t (a int NOT NULL);
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t ALTER COLUMN a DROP NOT NULL;
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL;
--- loss
lossless
may refuse t.a: NOT NULL returns: refused while a row holds NULL
