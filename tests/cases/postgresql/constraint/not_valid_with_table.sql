-- A check that was never proven is not proven by coming back.
--- before
CREATE TABLE t (a int);
ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;
--- rows
INSERT INTO t VALUES (5);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "a" int
);
ALTER TABLE "t" ADD CONSTRAINT "ck" CHECK (a > 0) NOT VALID;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
