-- Only some rows are copied: the others are lost.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
--- rows
INSERT INTO t VALUES (1, 'x'), (2, NULL);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT NOT NULL
);
INSERT INTO "new_t" ("id", "a") SELECT "id", "a" FROM "t" WHERE "a" IS NOT NULL;
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
--- loss
lossy
gone t: the migration did not copy every row when it made the table anew
