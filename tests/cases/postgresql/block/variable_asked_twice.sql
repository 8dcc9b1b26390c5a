-- A variable keeps its answer, whatever happens between two questions about it.
--- before
CREATE TABLE t (id int PRIMARY KEY);
--- up
DO $$
DECLARE has boolean;
BEGIN
  SELECT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c') INTO has;
  IF NOT has THEN
    ALTER TABLE t ADD COLUMN c int;
  END IF;
  IF NOT has THEN
    ALTER TABLE t ADD CONSTRAINT ck CHECK (c > 0);
  END IF;
END $$;
--- down
ALTER TABLE "t" DROP CONSTRAINT "ck";
ALTER TABLE "t" DROP COLUMN "c";
--- loss
lossless
discards t.c: the values in it
