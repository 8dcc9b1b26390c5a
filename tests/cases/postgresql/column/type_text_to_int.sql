-- '007' becomes 7 and does not come back.
--- before
CREATE TABLE t (a text);
--- rows
INSERT INTO t VALUES ('007');
--- up
ALTER TABLE t ALTER COLUMN a TYPE int USING a::integer;
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE text;
--- loss
lossy
gone t.a: text became int: text not written just as integer prints it comes back otherwise
