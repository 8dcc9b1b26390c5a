-- A block that numbers rows by a sequence changes those rows, and the sequence goes with the migration that made it.
--- before
CREATE TABLE t (id int PRIMARY KEY, name text);
--- up
ALTER TABLE t ADD COLUMN code text;
CREATE SEQUENCE code_seq;
DO $$
DECLARE
  r record;
  n bigint;
BEGIN
  FOR r IN SELECT id FROM t WHERE code IS NULL ORDER BY id LOOP
    n := nextval('code_seq');
    UPDATE t SET code = 'T-' || lpad(n::text, 4, '0') WHERE id = r.id;
  END LOOP;
END $$;
--- down
ALTER TABLE "t" DROP COLUMN "code";
DROP SEQUENCE "code_seq";
--- loss
lossless
discards t.code: the values in it
approximate setval(): numbers go on from where the migration set them
