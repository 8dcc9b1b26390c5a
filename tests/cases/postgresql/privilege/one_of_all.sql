-- Of ALL one privilege is revoked: the others stay, and all are there again.
--- before
CREATE TABLE t (a int PRIMARY KEY);
GRANT ALL ON t TO pg_monitor;
--- up
REVOKE DELETE ON t FROM pg_monitor;
--- down
GRANT DELETE ON TABLE "t" TO pg_monitor;
--- loss
lossless
