-- A STRICT table returns with everything on it.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL COLLATE NOCASE, n REAL DEFAULT (1.0 / 2), b BLOB CHECK (length(b) < 9), UNIQUE (a, n) ON CONFLICT IGNORE) STRICT;
CREATE INDEX t_n ON t (n DESC) WHERE n > 0;
--- rows
INSERT INTO t (a, n) VALUES ('x', 2);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "a" TEXT NOT NULL COLLATE NOCASE,
    "n" REAL DEFAULT (1.0 / 2),
    "b" BLOB CHECK (length(b) < 9),

    UNIQUE ("a", "n") ON CONFLICT IGNORE
) STRICT;
CREATE INDEX "t_n" ON "t" ("n" DESC) WHERE n > 0;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
