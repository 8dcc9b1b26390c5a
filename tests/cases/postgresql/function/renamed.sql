-- A function's name, and what it may do.
--- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
--- up
ALTER FUNCTION f(int) RENAME TO g;
--- down
ALTER FUNCTION "g"(integer) RENAME TO "f";
--- loss
lossless
