-- A policy goes on looking at a renamed column of a renamed table.
--- before
CREATE TABLE notes (id int, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (owner = current_user);
--- up
ALTER TABLE notes RENAME COLUMN owner TO author;
ALTER TABLE notes RENAME TO memos;
--- down
ALTER TABLE "memos" RENAME TO "notes";
ALTER TABLE "notes" RENAME COLUMN "author" TO "owner";
--- loss
lossless
