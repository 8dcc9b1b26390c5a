-- Views.
--- before
CREATE TABLE t (a INT);
CREATE VIEW v AS SELECT a FROM t;
--- rows
INSERT INTO t VALUES (1);
--- up
DROP VIEW v;
CREATE VIEW v AS SELECT a + 1 AS b FROM t;
CREATE VIEW w AS SELECT * FROM v;
--- down
DROP VIEW "w";
DROP VIEW "v";
CREATE VIEW "v" AS
SELECT a FROM t;
--- loss
lossless
