-- What was granted on a view goes with it.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
--- up
GRANT SELECT ON v TO PUBLIC;
CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;
--- down
DROP VIEW "v";
CREATE VIEW "v" AS
SELECT a FROM t;
--- loss
lossless
