-- A policy is changed and renamed.
--- before
CREATE TABLE notes (id int, owner text);
CREATE POLICY own ON notes USING (owner = current_user);
CREATE POLICY other ON notes FOR INSERT WITH CHECK (id > 1);
--- up
ALTER POLICY own ON notes TO pg_monitor USING (id = 1) WITH CHECK (id = 2);
ALTER POLICY other ON notes RENAME TO another;
--- down
DROP POLICY "own" ON "notes";
DROP POLICY "another" ON "notes";
CREATE POLICY "own" ON "notes" USING (owner = current_user);
CREATE POLICY "other" ON "notes" FOR INSERT WITH CHECK (id > 1);
--- loss
lossless
discards notes.another: the migration made this policy; without it the table is as it was before
