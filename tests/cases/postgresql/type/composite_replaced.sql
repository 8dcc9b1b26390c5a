-- A composite type is another now, and so is the function that gives it: the old ones come back.
--- before
CREATE TYPE triple AS (a int, b int);
CREATE FUNCTION f(text) RETURNS triple LANGUAGE sql IMMUTABLE AS 'SELECT (1, 2)::triple';
--- up
DROP FUNCTION f(text);
DROP TYPE triple;
CREATE TYPE triple AS (a numeric, b numeric);
CREATE FUNCTION f(text) RETURNS triple LANGUAGE sql IMMUTABLE AS 'SELECT (1::numeric, 2::numeric)::triple';
--- down
ALTER TYPE "triple" RENAME TO "triple__old";
CREATE TYPE "triple" AS (a int, b int);
DROP FUNCTION "f"(text);
CREATE OR REPLACE FUNCTION "f"(text) RETURNS triple LANGUAGE sql IMMUTABLE AS 'SELECT (1, 2)::triple';
DROP TYPE "triple__old";
--- loss
lossless
