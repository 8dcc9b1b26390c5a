-- Prisma's rebuild: a column goes, another comes.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (1, 1), (2, NULL);
--- up
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_c" ("id" INTEGER NOT NULL PRIMARY KEY, "extra" TEXT NOT NULL DEFAULT 'e');
INSERT INTO "new_c" ("id") SELECT "id" FROM "c";
DROP TABLE "c";
ALTER TABLE "new_c" RENAME TO "c";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE "new_c" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "p_id" INTEGER,

    CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p"("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_c" ("id") SELECT "id" FROM "c";
DROP TABLE "c";
ALTER TABLE "new_c" RENAME TO "c";
--- loss
lossy
discards c.extra: the values in it
gone c.p_id: the migration dropped the column; it comes back empty
