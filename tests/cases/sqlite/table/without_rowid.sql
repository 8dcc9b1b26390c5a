-- Options of a table return.
--- before
CREATE TABLE t (a TEXT NOT NULL, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID, STRICT;
--- rows
INSERT INTO t VALUES ('a', 1);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "a" TEXT NOT NULL,
    "b" INT,

    PRIMARY KEY ("a", "b")
) WITHOUT ROWID, STRICT;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
