-- A generated column returns, and is computed again.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER AS (a * 2) VIRTUAL, z TEXT);
--- rows
INSERT INTO t (id, a) VALUES (1, 4);
--- up
ALTER TABLE t DROP COLUMN g;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" INTEGER,
    "g" INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL,
    "z" TEXT
);
INSERT INTO "new_t" ("id", "a", "z") SELECT "id", "a", "z" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
