-- A relation goes; rows may forbid that it returns.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_c" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "p_id" INTEGER NOT NULL
);
INSERT INTO "new_c" ("id", "p_id") SELECT "id", "p_id" FROM "c";
DROP TABLE "c";
ALTER TABLE "new_c" RENAME TO "c";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_c" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "p_id" INTEGER NOT NULL,

    CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_c" ("id", "p_id") SELECT "id", "p_id" FROM "c";
DROP TABLE "c";
ALTER TABLE "new_c" RENAME TO "c";
--- loss
lossless
may refuse c.c_p_fkey: the foreign key returns: refused while a row refers to nothing
