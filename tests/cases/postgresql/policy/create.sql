-- Row security is switched on with a policy; undoing it brings back less protection, and says so.
--- before
CREATE TABLE notes (id int, owner text);
--- rows
INSERT INTO notes VALUES (1, 'a');
--- up
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes FOR SELECT TO PUBLIC USING (owner = current_user);
--- down
DROP POLICY "own" ON "notes";
ALTER TABLE "notes" DISABLE ROW LEVEL SECURITY;
--- loss
lossless
discards notes: row security was enabled by the migration; the table is without it again, as before
discards notes.own: the migration made this policy; without it the table is as it was before
