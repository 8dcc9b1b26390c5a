-- The star keeps what it stood for when the view was made.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT t.*, 1 AS one FROM t;
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t ADD COLUMN c int;
DROP VIEW v;
CREATE VIEW v AS SELECT t.*, 1 AS one FROM t;
--- down
DROP VIEW "v";
ALTER TABLE "t" DROP COLUMN "c";
CREATE VIEW "v" AS
SELECT "a", "b", 1 AS one FROM t;
--- loss
lossless
discards t.c: the values in it
