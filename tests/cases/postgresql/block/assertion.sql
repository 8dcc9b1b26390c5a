-- A block that only asserts changes nothing.
--- before
CREATE TABLE t (a int);
--- up
DO $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE a IS NULL) THEN RAISE EXCEPTION 'not now'; END IF; END $$;
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
--- down
ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL;
--- loss
lossless
