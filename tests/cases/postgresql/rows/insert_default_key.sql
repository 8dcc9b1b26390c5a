-- Literal rows, but the key is the column's default.
--- before
CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text NOT NULL UNIQUE);
--- rows
INSERT INTO t (code) VALUES ('a');
--- up
INSERT INTO t (code) VALUES ('b');
--- down
DELETE FROM "t" WHERE "code" IN ('b');
--- loss
lossless
discards t: the rows that the migration inserted, with what was changed in them since
