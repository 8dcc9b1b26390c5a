-- A function may be named without its arguments where there is one of the name.
--- before
CREATE TABLE t (a int);
--- up
CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
COMMENT ON FUNCTION f IS 'one';
GRANT EXECUTE ON FUNCTION f TO pg_monitor;
--- down
DROP FUNCTION "f"(integer, text);
--- loss
lossless
