-- Two tables are made anew in one file, parent and child.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT NOT NULL DEFAULT '-');
INSERT INTO "new_p" ("id", "n") SELECT "id", coalesce("n", '-') AS "n" FROM "p";
DROP TABLE "p";
ALTER TABLE "new_p" RENAME TO "p";
CREATE TABLE "new_c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE SET NULL ON UPDATE CASCADE);
INSERT INTO "new_c" ("id", "p_id") SELECT "id", "p_id" FROM "c";
DROP TABLE "c";
ALTER TABLE "new_c" RENAME TO "c";
PRAGMA foreign_key_check;
PRAGMA foreign_keys=ON;
--- down
CREATE TABLE "new_c" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "p_id" INTEGER NOT NULL,

    CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_c" ("id", "p_id") SELECT "id", "p_id" FROM "c";
DROP TABLE "c";
ALTER TABLE "new_c" RENAME TO "c";
CREATE TABLE "new_p" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "n" TEXT
);
INSERT INTO "new_p" ("id", "n") SELECT "id", "n" FROM "p";
DROP TABLE "p";
ALTER TABLE "new_p" RENAME TO "p";
--- loss
lossy
gone p.n: the migration replaced it by coalesce("n", '-')
may refuse c.c_p_fkey: the foreign key returns: refused while a row refers to nothing
may refuse c.p_id: NOT NULL returns: refused while a row holds NULL
