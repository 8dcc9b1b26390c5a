-- An integer survives the way to text and back; the default and the index come along.
--- before
CREATE TABLE t (a int NOT NULL DEFAULT 7);
CREATE INDEX t_a ON t (a);
--- rows
INSERT INTO t VALUES (1), (-20);
--- up
ALTER TABLE t ALTER COLUMN a TYPE text;
--- down
ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE int USING "a"::integer;
ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT 7;
--- loss
lossless
may refuse t.a: text that is not a integer
discards t.a: text not written just as integer prints it comes back otherwise
