-- A relation is added to a table that has rows.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE "d" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
INSERT INTO d VALUES (1, 1), (2, NULL);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_d" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "p_id" INTEGER,
    CONSTRAINT "d_p_id_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_d" ("id", "p_id") SELECT "id", "p_id" FROM "d";
DROP TABLE "d";
ALTER TABLE "new_d" RENAME TO "d";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_d" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "p_id" INTEGER
);
INSERT INTO "new_d" ("id", "p_id") SELECT "id", "p_id" FROM "d";
DROP TABLE "d";
ALTER TABLE "new_d" RENAME TO "d";
--- loss
lossless
