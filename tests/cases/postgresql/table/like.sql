-- LIKE copies what the table is like at that time.
--- before
CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'x');
--- up
CREATE TABLE u (LIKE t INCLUDING ALL);
--- down
DROP TABLE "u";
--- loss
lossless
discards u: the table and the rows in it
