-- The default that draws from a sequence goes with it.
--- before
CREATE SEQUENCE numbers;
CREATE TABLE t (n int DEFAULT nextval('numbers'));
--- up
DROP SEQUENCE numbers CASCADE;
--- down
CREATE SEQUENCE "numbers";
ALTER TABLE "t" ALTER COLUMN "n" SET DEFAULT nextval('numbers');
SELECT setval('"numbers"'::regclass, max("n")) FROM "t" HAVING max("n") IS NOT NULL;
--- loss
lossless
