-- A composite type is another now, and so is the function that gives it: the old ones come back.
--- before
CREATE TYPE triple AS (a int, b int);
CREATE FUNCTION f(text) RETURNS triple LANGUAGE sql IMMUTABLE AS 'SELECT (1, 2)::triple';
--- up
DROP FUNCTION f(text);
DROP TYPE triple;
CREATE TYPE triple AS (a numeric, b numeric);
CREATE FUNCTION f(text) RETURNS triple LANGUAGE sql IMMUTABLE AS 'SELECT (1::numeric, 2::numeric)::triple';
