-- A view goes on showing a renamed column, under the old name.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t;
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t RENAME COLUMN b TO c;
--- down
ALTER TABLE "t" RENAME COLUMN "c" TO "b";
--- loss
lossless
