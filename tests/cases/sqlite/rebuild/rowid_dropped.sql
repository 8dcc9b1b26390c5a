-- A table loses its rowid.
--- before
CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v TEXT);
--- rows
INSERT INTO t VALUES ('a', 'x');
--- up
CREATE TABLE t_new (k TEXT NOT NULL PRIMARY KEY, v TEXT) WITHOUT ROWID;
INSERT INTO t_new (k, v) SELECT k, v FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
--- down
CREATE TABLE "new_t" (
    "k" TEXT NOT NULL PRIMARY KEY,
    "v" TEXT
);
INSERT INTO "new_t" ("k", "v") SELECT "k", "v" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
