-- A column is copied under another name.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER);
--- rows
INSERT INTO t VALUES (1, 'x', 3), (2, NULL, 4);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "title" TEXT,
    "n" INTEGER
);
INSERT INTO "new_t" ("id", "title", "n") SELECT "id", "a", "n" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
ALTER TABLE "t" RENAME COLUMN "title" TO "a";
--- loss
lossless
