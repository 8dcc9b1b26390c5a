-- Views come, one over the other.
--- before
CREATE TABLE t (a int, b int);
--- up
CREATE VIEW v AS SELECT a, count(*) AS n FROM t GROUP BY a;
CREATE VIEW w AS SELECT n FROM v;
--- down
DROP VIEW "w";
DROP VIEW "v";
--- loss
lossless
