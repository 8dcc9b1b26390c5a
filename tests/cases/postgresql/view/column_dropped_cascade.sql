-- CASCADE on a column takes the view that shows it, and its index.
--- before
CREATE TABLE t (a int, b int);
CREATE MATERIALIZED VIEW m AS SELECT b FROM t;
CREATE INDEX m_b ON m (b);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP COLUMN b CASCADE;
--- down
ALTER TABLE "t" ADD COLUMN "b" int;
CREATE MATERIALIZED VIEW "m" AS
SELECT b FROM t;
CREATE INDEX "m_b" ON "m" ("b");
--- loss
lossy
gone t.b: the migration dropped the column; it comes back empty
