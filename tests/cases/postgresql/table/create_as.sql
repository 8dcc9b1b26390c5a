-- A table made from a query goes like any other.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int);
--- rows
INSERT INTO t VALUES (1, 1);
--- up
CREATE TABLE copy AS SELECT id, a FROM t;
--- down
DROP TABLE "copy";
--- loss
lossless
discards copy: the table and the rows in it
