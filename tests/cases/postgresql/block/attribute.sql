-- What a guard asks of a column, the catalogs would say of it: its type, NULL, its default.
--- before
CREATE TYPE state AS ENUM ('a', 'b');
CREATE TABLE t (a text DEFAULT 'x', b uuid, c int NOT NULL DEFAULT 3, s state, v varchar(20));
--- up
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a' AND data_type = 'uuid') THEN
    ALTER TABLE t DROP COLUMN a;
  END IF;
  IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'b' AND udt_name = 'uuid') THEN
    ALTER TABLE t ALTER COLUMN b SET NOT NULL;
  END IF;
  IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c' AND is_nullable = 'NO' AND column_default IS NOT NULL) THEN
    ALTER TABLE t ALTER COLUMN c DROP DEFAULT;
  END IF;
  IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 's' AND data_type <> 'USER-DEFINED') THEN
    ALTER TABLE t DROP COLUMN s;
  END IF;
  IF (SELECT character_maximum_length FROM information_schema.columns WHERE table_name = 't' AND column_name = 'v') = 20 THEN
    ALTER TABLE t ALTER COLUMN v TYPE varchar(40);
  END IF;
END $$;
DO $$
DECLARE kind text; nullable text;
BEGIN
  SELECT data_type, is_nullable INTO kind, nullable FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND column_name = 'a';
  IF kind IN ('text', 'character varying') THEN
    ALTER TABLE t ALTER COLUMN a DROP DEFAULT;
  END IF;
  IF nullable = 'NO' THEN
    ALTER TABLE t ALTER COLUMN a DROP NOT NULL;
  END IF;
END $$;
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT 'x';
ALTER TABLE "t" ALTER COLUMN "b" DROP NOT NULL;
ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT 3;
ALTER TABLE "t" ALTER COLUMN "v" SET DATA TYPE varchar(20);
--- loss
lossless
may refuse t.v: text of more than 20 characters
discards t.v: spaces after 20 characters are cut off
