-- A view with its options, comment and grant.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v (x, y) WITH (security_barrier) AS SELECT a, b FROM t WHERE a > 0 WITH CHECK OPTION;
COMMENT ON VIEW v IS 'a view';
GRANT SELECT ON v TO PUBLIC;
--- up
DROP VIEW v;
--- down
CREATE VIEW "v" (x, y) WITH (security_barrier) AS
SELECT a, b FROM t WHERE a > 0 WITH CHECK OPTION;
GRANT SELECT ON TABLE "v" TO PUBLIC;
COMMENT ON VIEW "v" IS 'a view';
--- loss
lossless
