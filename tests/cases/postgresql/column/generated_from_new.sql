-- A computed column goes before the column that it is computed from.
--- before
CREATE TABLE t (id int PRIMARY KEY);
--- up
ALTER TABLE t ADD COLUMN a text, ADD COLUMN b text GENERATED ALWAYS AS (upper(a)) STORED;
--- down
ALTER TABLE "t" DROP COLUMN "b";
ALTER TABLE "t" DROP COLUMN "a";
--- loss
lossless
discards t.a: the values in it
