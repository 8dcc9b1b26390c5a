-- The comment on the index of a key goes with the key.
--- before
CREATE TABLE t (a int CONSTRAINT t_key UNIQUE, b int);
COMMENT ON INDEX t_key IS 'one';
COMMENT ON CONSTRAINT t_key ON t IS 'two';
ALTER TABLE t CLUSTER ON t_key;
ALTER INDEX t_key RENAME TO t_a_key;
--- up
ALTER TABLE t DROP CONSTRAINT t_a_key;
--- down
ALTER TABLE "t" ADD CONSTRAINT "t_a_key" UNIQUE ("a");
COMMENT ON CONSTRAINT "t_a_key" ON "t" IS 'two';
COMMENT ON INDEX "t_a_key" IS 'one';
ALTER TABLE "t" CLUSTER ON "t_a_key";
--- loss
lossless
may refuse t.t_a_key: unique again: refused while rows hold the same values
