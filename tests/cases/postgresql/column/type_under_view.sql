-- A view stands on the column: it goes for the change and returns.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 1;
CREATE VIEW w AS SELECT a FROM v;
--- up
DROP VIEW w;
DROP VIEW v;
ALTER TABLE t ALTER COLUMN a TYPE bigint;
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 1;
CREATE VIEW w AS SELECT a FROM v;
--- down
DROP VIEW "w";
DROP VIEW "v";
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE int;
CREATE VIEW "v" AS
SELECT a, b FROM t WHERE a > 1;
CREATE VIEW "w" AS
SELECT a FROM v;
--- loss
lossless
may refuse t.a: numbers out of the range of integer
