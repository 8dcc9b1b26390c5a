-- A view that groups by a primary key rests on it where it prints other columns of the table.
--- before
CREATE TABLE a (id int PRIMARY KEY, n text, m text);
CREATE VIEW v AS SELECT id, n, count(m) AS k FROM a GROUP BY id;
CREATE VIEW w AS SELECT id, n, count(m) AS k FROM a GROUP BY id, n;
--- up
ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE;
