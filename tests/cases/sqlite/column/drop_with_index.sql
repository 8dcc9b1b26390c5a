-- The index goes first, then the column; both return.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, z INTEGER);
CREATE INDEX t_a ON t (a) WHERE a IS NOT NULL;
--- rows
INSERT INTO t VALUES (1, 'x', 2);
--- up
DROP INDEX t_a;
ALTER TABLE t DROP COLUMN a;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT COLLATE NOCASE,
    "z" INTEGER
);
INSERT INTO "new_t" ("id", "z") SELECT "id", "z" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE INDEX "t_a" ON "t" ("a") WHERE a IS NOT NULL;
--- loss
lossy
gone t.a: the migration dropped the column; it comes back empty
