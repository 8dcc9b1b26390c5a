-- A policy or a trigger is asked for on the table that the question names: another table may have one of the same name.
--- before
CREATE TABLE notes (id int, body text);
CREATE TABLE folders (id int, name text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE POLICY own ON notes USING (true);
CREATE TRIGGER touched BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
--- up
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_policies WHERE tablename = 'folders' AND policyname = 'own') THEN
    CREATE POLICY own ON folders USING (true);
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'touched' AND tgrelid = 'folders'::regclass) THEN
    CREATE TRIGGER touched BEFORE UPDATE ON folders FOR EACH ROW EXECUTE FUNCTION touch();
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_policies WHERE tablename = 'notes' AND policyname = 'own') THEN
    CREATE POLICY own ON notes USING (false);
  END IF;
END $$;
--- down
DROP TRIGGER "touched" ON "folders";
DROP POLICY "own" ON "folders";
--- loss
lossless
discards folders.own: the migration made this policy; without it the table is as it was before
