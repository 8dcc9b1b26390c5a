-- IF EXISTS: what is not there is not brought back.
--- before
CREATE TABLE t (a int, b text);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
ALTER TABLE t DROP COLUMN IF EXISTS b;
ALTER TABLE t DROP COLUMN IF EXISTS b, DROP COLUMN IF EXISTS never;
--- down
ALTER TABLE "t" ADD COLUMN "b" text;
--- loss
lossy
gone t.b: the migration dropped the column; it comes back empty
