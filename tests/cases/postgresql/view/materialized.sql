-- A materialized view with its index.
--- before
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW m AS SELECT a, sum(b) AS total FROM t GROUP BY a;
CREATE UNIQUE INDEX m_a ON m (a);
--- rows
INSERT INTO t VALUES (1, 2), (1, 3);
--- up
DROP MATERIALIZED VIEW m;
CREATE MATERIALIZED VIEW m AS SELECT a, max(b) AS total FROM t GROUP BY a WITH NO DATA;
--- down
DROP MATERIALIZED VIEW "m";
CREATE MATERIALIZED VIEW "m" AS
SELECT a, sum(b) AS total FROM t GROUP BY a;
CREATE UNIQUE INDEX "m_a" ON "m" ("a");
--- loss
lossless
