-- A column is renamed where views, triggers, indexes and keys name it.
--- before
CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE);
CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p (k));
CREATE INDEX p_low ON p (lower(k));
CREATE VIEW v AS SELECT k FROM p;
CREATE TRIGGER g AFTER UPDATE OF k ON p BEGIN UPDATE c SET k = NEW.k WHERE k = OLD.k; END;
--- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (1, 'x');
--- up
ALTER TABLE p RENAME COLUMN k TO code;
--- down
ALTER TABLE "p" RENAME COLUMN "code" TO "k";
--- loss
lossless
