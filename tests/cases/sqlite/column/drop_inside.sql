-- A column in the middle returns by a rebuild.
--- before
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'z', c INT);
CREATE INDEX i ON t (c);
CREATE VIEW v AS SELECT a, c FROM t;
CREATE TABLE log (a INT);
CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END;
--- rows
INSERT INTO t VALUES (1, 'x', 3);
--- up
ALTER TABLE t DROP COLUMN b;
--- down
DROP VIEW "v";
CREATE TABLE "new_t" (
    "a" INTEGER PRIMARY KEY,
    "b" TEXT NOT NULL DEFAULT 'z',
    "c" INT
);
INSERT INTO "new_t" ("a", "c") SELECT "a", "c" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE INDEX "i" ON "t" ("c");
CREATE VIEW "v" AS
SELECT a, c FROM t;
CREATE TRIGGER "g" AFTER INSERT ON "t" BEGIN INSERT INTO log VALUES (NEW.a); END;
--- loss
lossy
gone t.b: the migration dropped the column; it comes back with 'z' everywhere
