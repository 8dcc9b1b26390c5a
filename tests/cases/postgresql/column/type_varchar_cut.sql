-- An explicit cast to varchar(3) cuts.
--- before
CREATE TABLE t (a text);
--- rows
INSERT INTO t VALUES ('abcdef');
--- up
ALTER TABLE t ALTER COLUMN a TYPE varchar(3) USING a::varchar(3);
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE text;
--- loss
lossy
gone t.a: text became varchar(3): text after 3 characters is cut off
