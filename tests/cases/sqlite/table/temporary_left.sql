-- A temporary table that is left goes, where the session is the same.
--- before
CREATE TABLE t (a INT);
--- rows
INSERT INTO t VALUES (1);
--- up
CREATE TEMP TABLE work AS SELECT a FROM t;
CREATE TABLE u (b INT);
--- down
DROP TABLE IF EXISTS temp."work";
DROP TABLE "u";
--- loss
lossless
discards u: the table and the rows in it
