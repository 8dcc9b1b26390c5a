-- CONCURRENTLY can't run in a transaction: on the way back too.
--- before
CREATE TABLE t (a int, b int);
CREATE INDEX t_b ON t (b);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);
DROP INDEX CONCURRENTLY t_b;
--- down
DROP INDEX CONCURRENTLY "t_a";
CREATE INDEX CONCURRENTLY "t_b" ON "t" ("b");
--- loss
lossless
