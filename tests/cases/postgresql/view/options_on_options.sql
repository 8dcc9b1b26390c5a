-- Options are set and reset on top of others.
--- before
CREATE TABLE t (a int);
CREATE VIEW v (x) WITH (security_barrier = true) AS SELECT a FROM t;
--- up
ALTER VIEW v SET (security_invoker = true);
ALTER VIEW v RESET (security_barrier);
--- down
DROP VIEW "v";
CREATE VIEW "v" (x) WITH (security_barrier = true) AS
SELECT a FROM t;
--- loss
lossless
