-- A loop over names that stand in the block is read as if it were written out.
--- before
CREATE TABLE a (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'x', CONSTRAINT a_kind CHECK (kind IN ('x')));
CREATE TABLE b (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'x');
--- up
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['a', 'b', 'not_there'] LOOP
    IF EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = t) THEN
      EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY;', t);
      EXECUTE format('DROP POLICY IF EXISTS %I_all ON %I', t, t);
      EXECUTE format('CREATE POLICY %I_all ON %I FOR ALL USING (true)', t, t);
    END IF;
  END LOOP;
END $$;
--- down
DROP POLICY "a_all" ON "a";
DROP POLICY "b_all" ON "b";
ALTER TABLE "a" DISABLE ROW LEVEL SECURITY;
ALTER TABLE "b" DISABLE ROW LEVEL SECURITY;
--- loss
lossless
discards a: row security was enabled by the migration; the table is without it again, as before
discards a.a_all: the migration made this policy; without it the table is as it was before
discards b: row security was enabled by the migration; the table is without it again, as before
discards b.b_all: the migration made this policy; without it the table is as it was before
