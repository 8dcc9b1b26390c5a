-- On all tables that there are.
--- before
CREATE TABLE t (a int);
CREATE TABLE u (a int);
--- up
GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor;
--- down
REVOKE SELECT ON ALL TABLES IN SCHEMA "public" FROM pg_monitor;
--- loss
lossless
