-- An option that the text of a function has already is not read, and the function not known from then on.
--- before
CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE AS $$ SELECT 1 $$;
--- up
ALTER FUNCTION f() IMMUTABLE;
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: ALTER FUNCTION .. IMMUTABLE is not inverted'; END $unmigrate$;
--- loss
manual
by hand ALTER FUNCTION f() IMMUTABLE: ALTER FUNCTION .. IMMUTABLE is not inverted
by hand CREATE OR REPLACE FUNCTION f() RETURNS: f: a change of this routine was not read, so what it was is not known
