-- A table becomes STRICT.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER);
--- rows
INSERT INTO t VALUES (1, 'x', 3);
--- up
CREATE TABLE t_new (id INTEGER PRIMARY KEY, a TEXT, n INTEGER) STRICT;
INSERT INTO t_new SELECT * FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "n" INTEGER
);
INSERT INTO "new_t" ("id", "a", "n") SELECT "id", "a", "n" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
