-- A view that groups by a primary key rests on it where it prints other columns of the table.
--- before
CREATE TABLE a (id int PRIMARY KEY, n text, m text);
CREATE VIEW v AS SELECT id, n, count(m) AS k FROM a GROUP BY id;
CREATE VIEW w AS SELECT id, n, count(m) AS k FROM a GROUP BY id, n;
--- up
ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE;
--- down
ALTER TABLE "a" ADD CONSTRAINT "a_pkey" PRIMARY KEY ("id");
CREATE VIEW "v" AS
SELECT id, n, count(m) AS k FROM a GROUP BY id;
--- loss
lossless
may refuse a.a_pkey: unique again: refused while rows hold the same values
