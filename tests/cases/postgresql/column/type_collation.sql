-- A collation is part of the type.
--- before
CREATE TABLE t (a text COLLATE "C");
--- rows
INSERT INTO t VALUES ('x');
--- up
ALTER TABLE t ALTER COLUMN a TYPE text COLLATE "POSIX";
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE text COLLATE "C";
--- loss
lossless
