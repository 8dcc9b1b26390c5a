-- CREATE OR REPLACE comes back as the text before it.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
--- up
CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;
--- down
DROP VIEW "v";
CREATE VIEW "v" AS
SELECT a FROM t;
--- loss
lossless
