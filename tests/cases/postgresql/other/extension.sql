-- An extension is made where it is missing.
--- before
--- up
CREATE EXTENSION IF NOT EXISTS "citext";
CREATE TABLE t (mail citext UNIQUE);
--- down
DROP TABLE "t";
DROP EXTENSION "citext";
--- loss
lossless
discards t: the table and the rows in it
