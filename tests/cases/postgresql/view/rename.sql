-- A view's name.
--- before
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
--- up
ALTER VIEW v RENAME TO w;
--- down
ALTER VIEW "w" RENAME TO "v";
--- loss
lossless
