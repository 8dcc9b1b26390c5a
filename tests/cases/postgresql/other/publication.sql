-- A publication of some tables.
--- before
CREATE TABLE t (a int PRIMARY KEY);
--- up
CREATE PUBLICATION changes FOR TABLE t;
--- down
DROP PUBLICATION "changes";
--- loss
lossless
