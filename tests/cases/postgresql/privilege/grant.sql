-- Grants come and are revoked again.
--- before
CREATE TABLE t (a int, b int);
CREATE SEQUENCE s;
--- up
GRANT SELECT, INSERT ON TABLE t TO pg_monitor WITH GRANT OPTION;
GRANT UPDATE (a, b) ON t TO pg_read_all_data;
GRANT USAGE ON SEQUENCE s TO PUBLIC;
GRANT USAGE ON SCHEMA public TO pg_monitor;
--- down
REVOKE USAGE ON SCHEMA "public" FROM pg_monitor;
REVOKE USAGE ON SEQUENCE "s" FROM PUBLIC;
REVOKE INSERT, SELECT ON TABLE "t" FROM pg_monitor;
REVOKE UPDATE (a, b) ON TABLE "t" FROM pg_read_all_data;
--- loss
lossless
