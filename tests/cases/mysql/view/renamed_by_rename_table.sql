-- RENAME TABLE renames views, too.
--- before
CREATE TABLE t (a INT);
CREATE VIEW v AS SELECT a FROM t;
RENAME TABLE v TO w;
--- up
DROP VIEW w;
CREATE VIEW v AS SELECT 1 AS one;
--- down
DROP VIEW `v`;
CREATE VIEW `w` AS SELECT a FROM t;
--- loss
lossless
