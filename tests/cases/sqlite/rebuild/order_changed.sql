-- Columns change their places.
--- before
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c INTEGER);
--- rows
INSERT INTO t VALUES (1, 'x', 3);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "c" INTEGER,
    "a" INTEGER PRIMARY KEY,
    "b" TEXT
);
INSERT INTO "new_t" ("a", "b", "c") SELECT "a", "b", "c" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_t" (
    "a" INTEGER PRIMARY KEY,
    "b" TEXT,
    "c" INTEGER
);
INSERT INTO "new_t" ("a", "b", "c") SELECT "a", "b", "c" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
