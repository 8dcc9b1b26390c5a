-- Stars of joined tables, and of none that is known.
--- before
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, d int);
CREATE VIEW v AS SELECT x.*, u.d FROM t x JOIN u ON u.a = x.a;
CREATE VIEW w AS WITH q AS (SELECT * FROM t) SELECT q.* FROM q;
--- up
DROP VIEW v;
DROP VIEW w;
ALTER TABLE t ADD COLUMN c int;
--- down
ALTER TABLE "t" DROP COLUMN "c";
CREATE VIEW "v" AS
SELECT x."a", x."b", u.d FROM t x JOIN u ON u.a = x.a;
CREATE VIEW "w" AS
WITH q AS (SELECT "a", "b" FROM t) SELECT q.* FROM q;
--- loss
lossless
discards t.c: the values in it
