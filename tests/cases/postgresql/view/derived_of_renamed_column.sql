-- In a query inside a view's query a renamed column is found, and gives its old name on.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS (SELECT z.a, z.n FROM (SELECT a, count(*) AS n FROM t GROUP BY a) z);
CREATE VIEW w AS (select "a", "b" from "t" where "t"."b" > 1);
ALTER TABLE t RENAME COLUMN a TO renamed;
--- up
DROP VIEW v, w;
--- down
CREATE VIEW "v" AS
(SELECT z.a, z.n FROM (SELECT renamed AS "a", count(*) AS n FROM t GROUP BY renamed) z);
CREATE VIEW "w" AS
(select "renamed" AS "a", "b" from "t" where "t"."b" > 1);
--- loss
lossless
