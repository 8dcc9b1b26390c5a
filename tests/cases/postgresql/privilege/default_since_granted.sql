-- A table that comes back does not get what is given to new tables by now.
--- before
CREATE TABLE t (a int);
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
--- rows
INSERT INTO t VALUES (1);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "a" int
);
REVOKE SELECT ON TABLE "t" FROM pg_monitor;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
