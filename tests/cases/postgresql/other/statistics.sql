-- Extended statistics.
--- before
CREATE TABLE t (a int, b int);
CREATE STATISTICS st (dependencies) ON a, b FROM t;
--- up
DROP STATISTICS st;
--- down
CREATE STATISTICS st (dependencies) ON a, b FROM t;
--- loss
lossless
