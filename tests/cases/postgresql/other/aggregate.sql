-- An aggregate over an own function.
--- before
CREATE FUNCTION plus(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
--- up
CREATE AGGREGATE total(int) (SFUNC = plus, STYPE = int, INITCOND = '0');
--- down
DROP AGGREGATE "total"(integer);
--- loss
lossless
