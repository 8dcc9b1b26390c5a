-- A table comes back as protected as it was.
--- before
CREATE TABLE notes (id int, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
GRANT SELECT, UPDATE (owner) ON notes TO pg_monitor;
--- rows
INSERT INTO notes VALUES (1, 'a');
--- up
DROP TABLE notes;
--- down
CREATE TABLE "notes" (
    "id" int,
    "owner" text
);
ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "notes" USING (owner = current_user);
GRANT SELECT, UPDATE (owner) ON TABLE "notes" TO pg_monitor;
--- loss
lossy
gone notes: the migration dropped the table; it comes back empty
