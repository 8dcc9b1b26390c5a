-- The comment on a materialized view's index comes back with it.
--- before
CREATE TABLE t (id int PRIMARY KEY, b int);
CREATE MATERIALIZED VIEW mv AS SELECT b FROM t;
CREATE INDEX mi ON mv (b);
COMMENT ON INDEX mi IS 'mi';
--- up
DROP TABLE t CASCADE;
