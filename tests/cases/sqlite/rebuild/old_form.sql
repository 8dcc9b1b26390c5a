-- The old table is renamed away first, and dropped in the end.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE INDEX t_a ON t (a);
--- rows
INSERT INTO t VALUES (1, 'x', 'y');
--- up
ALTER TABLE t RENAME TO t_old;
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL);
INSERT INTO t (id, a) SELECT id, a FROM t_old;
DROP TABLE t_old;
CREATE INDEX t_a ON t (a);
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "b" TEXT
);
INSERT INTO "new_t" ("id", "a") SELECT "id", "a" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE INDEX "t_a" ON "t" ("a");
--- loss
lossy
gone t.b: the migration dropped the column; it comes back empty
