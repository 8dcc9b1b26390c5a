-- The table that a view reads is dropped and the view stays: it steps aside until the table is there again.
--- before
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY);
CREATE VIEW v AS SELECT id FROM b;
--- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1);
--- up
ALTER TABLE a ADD COLUMN m INTEGER;
DROP TABLE b;
--- down
DROP VIEW "v";
ALTER TABLE "a" DROP COLUMN "m";
CREATE TABLE "b" (
    "id" INTEGER PRIMARY KEY
);
CREATE VIEW "v" AS
SELECT id FROM b;
--- loss
lossy
discards a.m: the values in it
gone b: the migration dropped the table; it comes back empty
