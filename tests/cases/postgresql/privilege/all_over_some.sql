-- GRANT ALL takes in what was granted one by one: taking it back would take that away too.
--- before
CREATE TABLE t (a int PRIMARY KEY);
GRANT SELECT, INSERT ON t TO pg_monitor;
--- up
GRANT ALL ON t TO pg_monitor;
--- down
REVOKE ALL ON TABLE "t" FROM pg_monitor;
GRANT INSERT, SELECT ON TABLE "t" TO pg_monitor;
--- loss
lossless
