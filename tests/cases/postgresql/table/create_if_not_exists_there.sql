-- A table that was there is not dropped.
--- before
CREATE TABLE t (a int);
--- rows
INSERT INTO t VALUES (1);
--- up
CREATE TABLE IF NOT EXISTS t (a int);
CREATE INDEX IF NOT EXISTS t_a ON t (a);
--- down
DROP INDEX "t_a";
--- loss
lossless
