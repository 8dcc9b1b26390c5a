-- A type that is not known any more gets another name: the columns of it have it under that.
--- before
CREATE DOMAIN mail AS text;
CREATE TABLE t (a mail NOT NULL);
ALTER DOMAIN mail ADD CONSTRAINT short CHECK (length(VALUE) < 9);
ALTER DOMAIN mail RENAME TO email;
--- up
ALTER TABLE t ALTER COLUMN a TYPE text;
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE "email" USING "a"::text::email;
--- loss
lossless
may refuse t.a: text that is not a email
