-- Options that a function did not have are set, and gone again on the way back; a later DROP knows of them.
--- before
CREATE TABLE t (a int);
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT a $$;
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
ALTER FUNCTION g() SECURITY DEFINER SET search_path = public, pg_temp;
COMMENT ON FUNCTION g() IS 'one';
--- up
ALTER FUNCTION f(int) STABLE PARALLEL SAFE;
DROP FUNCTION g();
--- down
CREATE OR REPLACE FUNCTION "f"(a int) RETURNS int LANGUAGE sql AS $$ SELECT a $$;
CREATE OR REPLACE FUNCTION "g"() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$
SECURITY DEFINER SET search_path = public, pg_temp;
COMMENT ON FUNCTION "g"() IS 'one';
--- loss
lossless
