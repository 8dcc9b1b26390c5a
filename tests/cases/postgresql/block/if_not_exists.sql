-- IF NOT EXISTS over the catalogs.
--- before
CREATE TABLE t (a int);
--- up
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b') THEN
    ALTER TABLE t ADD COLUMN b int;
  END IF;
END
$$;
--- down
ALTER TABLE "t" DROP COLUMN "b";
--- loss
lossless
discards t.b: the values in it
