-- Rows that the migration writes wake a trigger, which writes others.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE log (id INTEGER);
CREATE TRIGGER g AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (NEW.id); END;
--- rows
INSERT INTO t VALUES (1, 3);
--- up
ALTER TABLE t ADD COLUMN m INTEGER;
UPDATE t SET m = n;
--- down
ALTER TABLE "t" DROP COLUMN "m";
--- loss
lossy
discards t.m: the values in it
gone log: the trigger g ran for the rows that the migration changed; what it did stays
