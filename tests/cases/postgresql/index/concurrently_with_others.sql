-- What stands apart, and what can be one transaction.
--- before
CREATE TABLE t (a int, b int);
--- up
ALTER TABLE t ADD COLUMN c int;
COMMIT;
CREATE UNIQUE INDEX CONCURRENTLY t_c ON t (c) WHERE c IS NOT NULL;
--- down
DROP INDEX CONCURRENTLY "t_c";
BEGIN;
ALTER TABLE "t" DROP COLUMN "c";
COMMIT;
--- loss
lossless
discards t.c: the values in it
