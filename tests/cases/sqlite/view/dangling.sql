-- A view and a trigger that name what is gone are in the way of ALTER TABLE: they step aside.
--- before
CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY);
CREATE VIEW v AS SELECT n FROM b JOIN a;
CREATE TRIGGER t AFTER INSERT ON c BEGIN DELETE FROM b WHERE id = NEW.id; END;
DROP TABLE b;
--- rows
INSERT INTO a VALUES (1, 'x');
--- up
ALTER TABLE a ADD COLUMN m INTEGER;
--- down
DROP VIEW "v";
DROP TRIGGER "t";
ALTER TABLE "a" DROP COLUMN "m";
CREATE VIEW "v" AS
SELECT n FROM b JOIN a;
CREATE TRIGGER "t" AFTER INSERT ON "c" BEGIN DELETE FROM b WHERE id = NEW.id; END;
--- loss
lossless
discards a.m: the values in it
