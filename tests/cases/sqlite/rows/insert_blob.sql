-- Literal rows with text keys, quotes and NULLs are deleted again.
--- before
CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v BLOB);
--- rows
INSERT INTO t VALUES ('there', NULL);
--- up
INSERT INTO t (k, v) VALUES ('it''s', x'00ff'), ('semi;colon', NULL), ('ünï', 1.5);
--- down
DELETE FROM "t" WHERE "k" IN ('it''s', 'semi;colon', 'ünï');
--- loss
lossless
discards t: the rows that the migration inserted, with what was changed in them since
