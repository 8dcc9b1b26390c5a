-- A constraint that is looked up by what it is, since nobody gave it a name.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, kind text CHECK (kind IN ('a', 'b')), parent_id int REFERENCES parent (id), amount int CHECK (amount > 0));
--- up
DO $$
DECLARE
  c text;
  r record;
BEGIN
  SELECT conname INTO c FROM pg_constraint
  WHERE conrelid = 'public.t'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) ILIKE '%kind%';
  IF c IS NOT NULL THEN
    EXECUTE format('ALTER TABLE t DROP CONSTRAINT %I', c);
  END IF;
END $$;
ALTER TABLE t ADD CONSTRAINT t_kind_check CHECK (kind IN ('a', 'b', 'c'));
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT tc.constraint_name FROM information_schema.table_constraints tc
    WHERE tc.table_name = 't' AND tc.constraint_type = 'FOREIGN KEY'
  LOOP
    EXECUTE 'ALTER TABLE t DROP CONSTRAINT ' || quote_ident(r.constraint_name);
  END LOOP;
END $$;
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_kind_check";
ALTER TABLE "t" ADD CONSTRAINT "t_kind_check" CHECK (kind IN ('a', 'b'));
ALTER TABLE "t" ADD CONSTRAINT "t_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "parent"("id");
--- loss
lossless
may refuse t.t_kind_check: the check returns: refused while a row breaks it
may refuse t.t_parent_id_fkey: the foreign key returns: refused while a row refers to nothing
