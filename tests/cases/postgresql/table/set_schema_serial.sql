-- The sequence that a column owns moves with its table.
--- before
CREATE SCHEMA s;
CREATE TABLE t (id serial PRIMARY KEY, x int);
ALTER TABLE t SET SCHEMA s;
--- up
DROP TABLE s.t;
