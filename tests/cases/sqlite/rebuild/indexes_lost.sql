-- Partial and expression indexes that went with the old table return.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);
CREATE INDEX t_open ON t (b DESC) WHERE a IS NULL;
CREATE UNIQUE INDEX t_lower ON t (lower(a), b);
CREATE INDEX t_nocase ON t (a COLLATE NOCASE);
--- rows
INSERT INTO t VALUES (1, 'x', 3);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "b" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "new_t" ("id", "a", "b") SELECT "id", "a", "b" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "b" INTEGER
);
INSERT INTO "new_t" ("id", "a", "b") SELECT "id", "a", "b" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE INDEX "t_open" ON "t" ("b" DESC) WHERE a IS NULL;
CREATE UNIQUE INDEX "t_lower" ON "t" (lower(a), "b");
CREATE INDEX "t_nocase" ON "t" ("a" COLLATE NOCASE);
--- loss
lossless
may refuse t.t_lower: unique again: refused while rows hold the same values
