-- A view that reads a table goes with it by hand; both return.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
CREATE VIEW v AS SELECT a FROM t;
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
DROP VIEW v;
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT
);
CREATE VIEW "v" AS
SELECT a FROM t;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
