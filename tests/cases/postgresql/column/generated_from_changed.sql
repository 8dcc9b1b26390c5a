-- A computed column comes back when the column that it is computed from has its type again.
--- before
CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED);
--- up
ALTER TABLE t DROP COLUMN twice, ALTER COLUMN id TYPE bigint;
--- down
ALTER TABLE "t" ALTER COLUMN "id" SET DATA TYPE int;
ALTER TABLE "t" ADD COLUMN "twice" int GENERATED ALWAYS AS (id * 2) STORED;
--- loss
lossless
may refuse t.id: numbers out of the range of integer
