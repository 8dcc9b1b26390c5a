-- A policy that went comes back whole.
--- before
CREATE TABLE notes (id int, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON notes AS RESTRICTIVE FOR UPDATE TO pg_monitor, pg_read_all_data USING (owner = current_user) WITH CHECK (id > 0);
--- up
DROP POLICY own ON notes;
ALTER TABLE notes NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
--- down
ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "notes" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "notes" AS RESTRICTIVE FOR UPDATE TO pg_monitor, pg_read_all_data USING (owner = current_user) WITH CHECK (id > 0);
--- loss
lossless
