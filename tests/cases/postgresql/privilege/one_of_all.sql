-- Of ALL one privilege is revoked: the others stay, and all are there again.
--- before
CREATE TABLE t (a int PRIMARY KEY);
GRANT ALL ON t TO pg_monitor;
--- up
REVOKE DELETE ON t FROM pg_monitor;
--- down
REVOKE INSERT ON TABLE "t" FROM pg_monitor;
REVOKE REFERENCES ON TABLE "t" FROM pg_monitor;
REVOKE SELECT ON TABLE "t" FROM pg_monitor;
REVOKE TRIGGER ON TABLE "t" FROM pg_monitor;
REVOKE TRUNCATE ON TABLE "t" FROM pg_monitor;
REVOKE UPDATE ON TABLE "t" FROM pg_monitor;
GRANT ALL ON TABLE "t" TO pg_monitor;
--- loss
lossless
