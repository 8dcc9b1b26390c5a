-- CASCADE takes the views that read it.
--- before
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
--- up
DROP VIEW v CASCADE;
--- down
CREATE VIEW "v" AS
SELECT a FROM t;
CREATE VIEW "w" AS
SELECT a FROM v;
--- loss
lossless
