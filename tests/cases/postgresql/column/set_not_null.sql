-- SET NOT NULL alone changes no row.
--- before
CREATE TABLE t (a int, b int NOT NULL);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
--- down
ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL;
--- loss
lossless
