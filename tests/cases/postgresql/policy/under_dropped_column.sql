-- A policy names the column that goes.
--- before
CREATE TABLE notes (id int, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
--- rows
INSERT INTO notes VALUES (1, 'a');
--- up
DROP POLICY own ON notes;
ALTER TABLE notes DROP COLUMN owner;
--- down
ALTER TABLE "notes" ADD COLUMN "owner" text;
CREATE POLICY "own" ON "notes" USING (owner = current_user);
--- loss
lossy
gone notes.owner: the migration dropped the column; it comes back empty
