-- A table is STRICT no more.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER, x ANY) STRICT;
--- rows
INSERT INTO t VALUES (1, 'x', 3, 1.5);
--- up
CREATE TABLE t_new (id INTEGER PRIMARY KEY, a TEXT, n INTEGER, x);
INSERT INTO t_new (id, a, n, x) SELECT id, a, n, x FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "n" INTEGER,
    "x" ANY
) STRICT;
INSERT INTO "new_t" ("id", "a", "n", "x") SELECT "id", "a", "n", "x" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
discards t.x: values become of the other type where they can
