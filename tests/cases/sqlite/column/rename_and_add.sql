-- The old name goes to a new column.
--- before
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
ALTER TABLE t RENAME COLUMN b TO c;
ALTER TABLE t ADD COLUMN b INT;
--- down
CREATE TABLE "new_t" (
    "a" INTEGER PRIMARY KEY,
    "b" TEXT
);
INSERT INTO "new_t" ("a", "b") SELECT "a", "c" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
discards t.b: the values in it
