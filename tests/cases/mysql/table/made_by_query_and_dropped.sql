-- A table of a query that the migration drops itself leaves nothing to bring back.
--- before
CREATE TABLE t (a INT NOT NULL, b INT);
--- up
CREATE TABLE q AS SELECT a FROM t;
DROP TABLE q;
--- down
--- loss
lossless
