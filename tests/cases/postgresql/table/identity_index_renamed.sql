-- A table keeps identifying its rows by an index that gets another name.
--- before
CREATE TABLE t (a int NOT NULL CONSTRAINT t_key UNIQUE);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_key;
ALTER TABLE t RENAME CONSTRAINT t_key TO t_a_key;
--- rows
INSERT INTO t VALUES (1);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "a" int NOT NULL,

    CONSTRAINT "t_a_key" UNIQUE ("a")
);
ALTER TABLE "t" REPLICA IDENTITY USING INDEX t_a_key;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
