-- A key of text takes the place of a number.
--- before
CREATE TABLE "t" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" TEXT NOT NULL);
--- rows
INSERT INTO t VALUES (5, 'a'), (9, 'b');
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "slug" TEXT NOT NULL PRIMARY KEY
);
INSERT INTO "new_t" ("slug") SELECT "slug" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "slug" TEXT NOT NULL
);
INSERT INTO "new_t" ("slug") SELECT "slug" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossy
may refuse t.constraint: unique again: refused while rows hold the same values
gone t.id: the migration dropped the column; it comes back numbered anew
