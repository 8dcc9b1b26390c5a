-- A virtual table goes again.
--- before
CREATE TABLE t (a TEXT);
--- up
CREATE VIRTUAL TABLE f USING fts5(a, content='t');
--- down
DROP TABLE "f";
--- loss
lossless
discards f: the table and the rows in it
