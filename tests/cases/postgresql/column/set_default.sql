-- A default is set, changed and dropped.
--- before
CREATE TABLE t (a int, b int DEFAULT 1, c timestamptz DEFAULT now());
--- rows
INSERT INTO t VALUES (1, 2, '2024-01-01');
--- up
ALTER TABLE t ALTER COLUMN a SET DEFAULT 5;
ALTER TABLE t ALTER b SET DEFAULT 2;
ALTER TABLE t ALTER COLUMN c DROP DEFAULT;
--- down
ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "b" SET DEFAULT 1;
ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT now();
--- loss
lossless
