-- A collation of one's own.
--- before
--- up
CREATE COLLATION plain (provider = libc, locale = 'C');
CREATE TABLE t (a text COLLATE plain);
--- down
DROP TABLE "t";
DROP COLLATION "plain";
--- loss
lossless
discards t: the table and the rows in it
