-- A table that a query made goes again.
--- before
CREATE TABLE t (a INT, b TEXT);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
CREATE TABLE u AS SELECT a, b FROM t;
--- down
DROP TABLE "u";
--- loss
lossless
discards u: the table and the rows in it
