-- A table that refers to itself is made anew.
--- before
CREATE TABLE n (id INTEGER NOT NULL PRIMARY KEY, up INTEGER REFERENCES n (id) ON DELETE CASCADE, t TEXT);
--- rows
INSERT INTO n VALUES (1, NULL, 'top'), (2, 1, NULL);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_n" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "up" INTEGER,
    "t" TEXT NOT NULL DEFAULT '',
    CONSTRAINT "n_up_fkey" FOREIGN KEY ("up") REFERENCES "n" ("id") ON DELETE SET NULL
);
INSERT INTO "new_n" ("id", "up") SELECT "id", "up" FROM "n";
DROP TABLE "n";
ALTER TABLE "new_n" RENAME TO "n";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_n" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "up" INTEGER REFERENCES "n"("id") ON DELETE CASCADE,
    "t" TEXT
);
INSERT INTO "new_n" ("id", "up") SELECT "id", "up" FROM "n";
DROP TABLE "n";
ALTER TABLE "new_n" RENAME TO "n";
--- loss
lossy
discards n.t: the values in it
may refuse n.constraint: the foreign key returns: refused while a row refers to nothing
gone n.t: the migration dropped the column; it comes back empty
