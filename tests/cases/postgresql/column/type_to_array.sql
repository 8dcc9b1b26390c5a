-- A scalar becomes a list.
--- before
CREATE TABLE t (tag text);
--- rows
INSERT INTO t VALUES ('a'), ('b');
--- up
ALTER TABLE t ALTER COLUMN tag TYPE text[] USING ARRAY[tag];
--- down
ALTER TABLE "t" ALTER COLUMN "tag" SET DATA TYPE text USING ("tag")[1];
--- loss
lossless
discards t.tag: elements but the first
