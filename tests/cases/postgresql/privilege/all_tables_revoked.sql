-- All that is revoked comes back to those that had it, and to no other.
--- before
CREATE TABLE a (id int);
CREATE TABLE b (id int);
GRANT ALL ON ALL TABLES IN SCHEMA public TO pg_monitor;
REVOKE DELETE ON b FROM pg_monitor;
--- up
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM pg_monitor;
--- down
GRANT ALL ON ALL TABLES IN SCHEMA "public" TO pg_monitor;
REVOKE DELETE ON TABLE "b" FROM pg_monitor;
--- loss
lossless
