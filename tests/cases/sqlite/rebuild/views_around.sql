-- Views over a table that is made anew are dropped before and come back after: the table alone has changed.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT count(*) AS n FROM v;
--- rows
INSERT INTO t VALUES (1, 'x', 3);
--- up
DROP VIEW w;
DROP VIEW v;
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "b" INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "new_t" ("id", "a", "b") SELECT "id", "a", "b" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT count(*) AS n FROM v;
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
--- down
DROP VIEW "v";
DROP VIEW "w";
CREATE TABLE "new_t" (
    "id" INTEGER PRIMARY KEY,
    "a" TEXT,
    "b" INTEGER
);
INSERT INTO "new_t" ("id", "a", "b") SELECT "id", "a", "b" FROM "t";
DROP TABLE "t";
ALTER TABLE "new_t" RENAME TO "t";
CREATE VIEW "v" AS
SELECT id, a FROM t;
CREATE VIEW "w" AS
SELECT count(*) AS n FROM v;
--- loss
lossless
