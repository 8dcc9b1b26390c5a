-- A table returns with keys, defaults, checks and indexes.
--- before
CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE, c REAL CHECK (c > 0), d GENERATED ALWAYS AS (a + 1) VIRTUAL, UNIQUE (b, c) ON CONFLICT IGNORE);
CREATE INDEX i ON t (lower(b)) WHERE c > 1;
--- rows
INSERT INTO t (b, c) VALUES ('q', 2);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "a" INTEGER PRIMARY KEY AUTOINCREMENT,
    "b" TEXT NOT NULL DEFAULT 'x' COLLATE NOCASE,
    "c" REAL CHECK (c > 0),
    "d" GENERATED ALWAYS AS (a + 1) VIRTUAL,

    UNIQUE ("b", "c") ON CONFLICT IGNORE
);
CREATE INDEX "i" ON "t" (lower(b)) WHERE c > 1;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
