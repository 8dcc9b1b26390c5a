-- An expression can only be put on a column that is made anew, and the index on it with it.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int, s int GENERATED ALWAYS AS (a * 2) STORED UNIQUE);
CREATE INDEX t_s ON t (s);
--- up
ALTER TABLE t ALTER COLUMN s DROP EXPRESSION;
