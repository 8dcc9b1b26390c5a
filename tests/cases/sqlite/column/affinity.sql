-- Text became a number: what was no number came through.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
--- rows
INSERT INTO t VALUES (1, '007'), (2, 'x');
--- up
PRAGMA foreign_keys=OFF;
CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER);
INSERT INTO n SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE n RENAME TO t;
PRAGMA foreign_keys=ON;
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
gone t.a: TEXT became INTEGER: text that reads as a number comes back as that number is written
