-- A trigger that went with the old table returns.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE log (id INTEGER, a TEXT);
CREATE TRIGGER t_log AFTER UPDATE OF a ON t WHEN OLD.a IS NOT NEW.a BEGIN
  INSERT INTO log VALUES (OLD.id, OLD.a);
  UPDATE log SET a = upper(a) WHERE id = OLD.id;
END;
--- rows
INSERT INTO t VALUES (1, 'x'), (2, NULL);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT NOT NULL DEFAULT ''
);
INSERT INTO "new_t" ("id", "a") SELECT "id", coalesce("a", '') AS "a" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT
);
INSERT INTO "new_t" ("id", "a") SELECT "id", "a" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE TRIGGER "t_log" AFTER UPDATE OF a ON "t" WHEN OLD.a IS NOT NEW.a BEGIN
  INSERT INTO log VALUES (OLD.id, OLD.a);
  UPDATE log SET a = upper(a) WHERE id = OLD.id;
END;
--- loss
lossy
gone t.a: the migration replaced it by coalesce("a", '')
