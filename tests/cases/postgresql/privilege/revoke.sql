-- What was granted and is revoked comes back; so does what everybody has from the start.
--- before
CREATE TABLE t (a int);
GRANT ALL ON t TO pg_monitor;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
--- up
REVOKE ALL ON t FROM pg_monitor;
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
--- down
GRANT EXECUTE ON FUNCTION "f"() TO PUBLIC;
GRANT ALL ON TABLE "t" TO pg_monitor;
--- loss
lossless
