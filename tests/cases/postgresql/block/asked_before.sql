-- A variable keeps the answer that it got before the block changed what was asked.
--- before
CREATE TABLE t (a int);
--- up
DO $$
DECLARE had boolean;
BEGIN
  had := EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b');
  ALTER TABLE t ADD COLUMN IF NOT EXISTS b int;
  IF NOT had THEN
    CREATE INDEX t_b ON t (b);
  END IF;
END $$;
--- down
DROP INDEX "t_b";
ALTER TABLE "t" DROP COLUMN "b";
--- loss
lossless
discards t.b: the values in it
