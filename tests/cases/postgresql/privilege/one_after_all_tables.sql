-- What is granted on all tables is held by each: a later single one changes that one.
--- before
CREATE TABLE a (id int);
CREATE TABLE b (id int);
GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor;
--- up
GRANT SELECT ON a TO pg_monitor;
GRANT INSERT ON a TO pg_monitor;
REVOKE SELECT ON b FROM pg_monitor;
--- down
REVOKE INSERT ON TABLE "a" FROM pg_monitor;
GRANT SELECT ON TABLE "b" TO pg_monitor;
--- loss
lossless
