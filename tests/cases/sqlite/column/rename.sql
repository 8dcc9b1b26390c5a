-- A column is renamed back, in the index, the view and the trigger too.
--- before
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
CREATE INDEX i ON t (b);
CREATE VIEW v AS SELECT b FROM t;
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
ALTER TABLE t RENAME COLUMN b TO c;
--- down
ALTER TABLE "t" RENAME COLUMN "c" TO "b";
--- loss
lossless
