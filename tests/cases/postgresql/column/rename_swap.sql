-- Two columns that swap names need a third on the way.
--- before
CREATE TABLE t (a int NOT NULL, b text);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
ALTER TABLE t RENAME COLUMN a TO c;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t RENAME COLUMN c TO b;
--- down
ALTER TABLE "t" RENAME COLUMN "b" TO "b__swap";
ALTER TABLE "t" RENAME COLUMN "a" TO "b";
ALTER TABLE "t" RENAME COLUMN "b__swap" TO "a";
--- loss
lossless
