-- A view's column gets another name.
--- before
CREATE TABLE t (a int PRIMARY KEY, b text);
CREATE VIEW v AS SELECT a, upper(b) AS u FROM t;
--- up
ALTER VIEW v RENAME COLUMN u TO up;
ALTER VIEW v RENAME COLUMN a TO id;
--- down
DROP VIEW "v";
CREATE VIEW "v" AS
SELECT a, upper(b) AS u FROM t;
--- loss
lossless
