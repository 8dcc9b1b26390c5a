-- Privileges of what is yet to be made.
--- before
CREATE SCHEMA app;
--- up
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO pg_monitor;
--- down
ALTER DEFAULT PRIVILEGES IN SCHEMA "app" REVOKE SELECT ON TABLES FROM pg_monitor;
--- loss
lossless
