-- USING with an expression: what its values were can't be told from the outcome.
--- before
CREATE TABLE t (flag int);
--- rows
INSERT INTO t VALUES (0), (5);
--- up
ALTER TABLE t ALTER COLUMN flag TYPE boolean USING (flag <> 0);
--- down
ALTER TABLE "t" ALTER COLUMN "flag" SET DATA TYPE int USING "flag"::integer;
--- loss
lossy
gone t.flag: int became boolean: what the USING expression did to the values is not undone
