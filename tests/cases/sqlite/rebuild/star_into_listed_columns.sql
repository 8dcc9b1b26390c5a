-- The copy lists columns in another order than the new table's, and takes `*`: each gets the old table's by position.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, made TEXT, regions TEXT, upd TEXT);
--- rows
INSERT INTO t VALUES (1, 'made', 'regions', 'upd'), (2, NULL, 'r', 'u');
--- up
CREATE TABLE n (id INTEGER PRIMARY KEY, body TEXT, method TEXT, upd TEXT, regions TEXT, made TEXT);
INSERT INTO n (id, made, regions, upd) SELECT * FROM t;
DROP TABLE t;
ALTER TABLE n RENAME TO t;
--- down
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "made" TEXT,
    "regions" TEXT,
    "upd" TEXT
);
INSERT INTO "new_t" ("id", "made", "regions", "upd") SELECT "id", "made", "regions", "upd" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
--- loss
lossless
discards t.body: the values in it
discards t.method: the values in it
