-- Another view reads the one that is replaced.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
--- up
CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;
--- down
DROP VIEW "w";
DROP VIEW "v";
CREATE VIEW "v" AS
SELECT a FROM t;
CREATE VIEW "w" AS
SELECT a FROM v;
--- loss
lossless
