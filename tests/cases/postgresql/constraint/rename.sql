-- A constraint's name alone, and that of the index with it.
--- before
CREATE TABLE t (a int CONSTRAINT first UNIQUE, b int CONSTRAINT small CHECK (b < 100));
--- up
ALTER TABLE t RENAME CONSTRAINT first TO second;
ALTER TABLE t RENAME CONSTRAINT small TO little;
--- down
ALTER TABLE "t" RENAME CONSTRAINT "second" TO "first";
ALTER TABLE "t" RENAME CONSTRAINT "little" TO "small";
--- loss
lossless
