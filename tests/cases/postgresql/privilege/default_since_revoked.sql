-- A table keeps what default privileges gave it, also where they are gone when it comes back.
--- before
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
CREATE TABLE t (a int);
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM pg_monitor;
--- rows
INSERT INTO t VALUES (1);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "a" int
);
GRANT SELECT ON TABLE "t" TO pg_monitor;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
