-- A column is filled from another, which is dropped.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, z INTEGER);
--- rows
INSERT INTO t VALUES (1, 'x', 2);
--- up
ALTER TABLE t ADD COLUMN b TEXT;
UPDATE t SET b = a;
ALTER TABLE t DROP COLUMN a;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "z" INTEGER
);
INSERT INTO "new_t" ("id", "z") SELECT "id", "z" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossy
discards t.b: the values in it
gone t.a: the migration dropped the column; it comes back empty
