-- A temporary table leaves nothing behind.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int);
--- rows
INSERT INTO t VALUES (1, 1);
--- up
CREATE TEMP TABLE work AS SELECT id FROM t WHERE a > 1;
DROP TABLE work;
--- down
--- loss
lossless
