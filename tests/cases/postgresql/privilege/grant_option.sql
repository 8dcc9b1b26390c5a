-- The right to pass a privilege on goes, the privilege stays.
--- before
CREATE TABLE t (a int);
GRANT SELECT, UPDATE ON t TO pg_monitor WITH GRANT OPTION;
--- up
REVOKE GRANT OPTION FOR SELECT ON t FROM pg_monitor;
--- down
GRANT SELECT ON TABLE "t" TO pg_monitor WITH GRANT OPTION;
--- loss
lossless
