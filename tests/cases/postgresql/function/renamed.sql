-- A function's name, and what it may do.
--- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
--- up
ALTER FUNCTION f(int) RENAME TO g;
--- down
CREATE OR REPLACE FUNCTION "f"(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
DROP FUNCTION "g"(integer);
--- loss
lossless
