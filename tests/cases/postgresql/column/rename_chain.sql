-- a to b to c in one migration is one rename.
--- before
CREATE TABLE t (a int DEFAULT 3);
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t RENAME a TO b;
ALTER TABLE t RENAME b TO c;
--- down
ALTER TABLE "t" RENAME COLUMN "c" TO "a";
--- loss
lossless
