-- A function comes, another gets a new body.
--- before
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS $$ SELECT a * 2 $$;
--- up
CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT a + a $$;
CREATE OR REPLACE FUNCTION thrice(a int) RETURNS int LANGUAGE sql AS $$ SELECT a * 3; $$;
--- down
CREATE OR REPLACE FUNCTION "twice"(a int) RETURNS int LANGUAGE sql AS $$ SELECT a * 2 $$;
DROP FUNCTION "thrice"(integer);
--- loss
lossless
