-- An IF is asked once: what stands behind the statement that makes the table runs as well, and the ELSE does not.
--- before
CREATE TABLE other (a int);
--- up
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'made') THEN
    CREATE TABLE made (id int PRIMARY KEY, a int);
    CREATE INDEX made_a ON made (a);
    ALTER TABLE other ADD COLUMN b int;
  ELSE
    DROP TABLE other;
  END IF;
  IF to_regclass('later') IS NOT NULL THEN RETURN; END IF;
  CREATE TABLE later (id int);
  ALTER TABLE other ADD COLUMN c int;
END
$$;
--- down
DROP TABLE "later";
DROP TABLE "made";
ALTER TABLE "other" DROP COLUMN "b";
ALTER TABLE "other" DROP COLUMN "c";
--- loss
lossless
discards made: the table and the rows in it
discards other.b: the values in it
discards later: the table and the rows in it
discards other.c: the values in it
