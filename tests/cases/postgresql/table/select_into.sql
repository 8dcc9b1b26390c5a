-- SELECT INTO makes a table.
--- before
CREATE TABLE t (a int PRIMARY KEY, b text);
SELECT a, b AS c INTO u FROM t;
--- rows
INSERT INTO u VALUES (1, 'x');
--- up
SELECT * INTO TABLE v FROM t WHERE a > 1;
DROP TABLE u;
--- down
DROP TABLE "v";
CREATE TABLE "u" (
    "a" int,
    "c" text
);
--- loss
lossy
discards v: the table and the rows in it
gone u: the migration dropped the table; it comes back empty
