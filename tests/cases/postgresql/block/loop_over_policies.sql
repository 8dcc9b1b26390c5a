-- A loop over the policies of a table drops those that the history has made.
--- before
CREATE TABLE t (a int);
CREATE TABLE u (a int);
CREATE POLICY one ON t USING (true);
CREATE POLICY "Two of them" ON t FOR SELECT USING (a > 1);
CREATE POLICY one ON u USING (true);
--- up
DO $$
DECLARE pol record;
BEGIN
  FOR pol IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public' AND tablename = 't' LOOP
    EXECUTE format('DROP POLICY %I ON public.%I', pol.policyname, pol.tablename);
  END LOOP;
END $$;
CREATE POLICY one ON t USING (false);
--- down
DROP POLICY "one" ON "t";
CREATE POLICY "one" ON "t" USING (true);
CREATE POLICY "Two of them" ON "t" FOR SELECT USING (a > 1);
--- loss
lossless
