-- What calls a function calls it whatever its name is: it is renamed back, not made anew.
--- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (id int PRIMARY KEY, CONSTRAINT ck CHECK (f(id) > 0));
CREATE INDEX t_f ON t (f(id));
--- up
ALTER FUNCTION f(int) RENAME TO g;
--- down
ALTER FUNCTION "g"(integer) RENAME TO "f";
--- loss
lossless
