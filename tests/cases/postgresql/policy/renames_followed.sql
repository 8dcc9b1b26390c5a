-- The policies of other tables follow a table and its columns to their new names, and leave columns of the same name alone.
--- before
CREATE TABLE members (team_id int, user_id int);
CREATE TABLE docs (id int, team_id int);
CREATE POLICY team ON docs USING (EXISTS (SELECT 1 FROM members m WHERE m.team_id = docs.team_id AND user_id = 1));
CREATE POLICY wide ON docs FOR UPDATE USING (team_id IN (SELECT team_id FROM members));
ALTER TABLE members RENAME TO memberships;
ALTER TABLE memberships RENAME COLUMN user_id TO profile_id;
ALTER TABLE docs RENAME COLUMN team_id TO workspace_id;
--- up
DROP POLICY team ON docs;
DROP POLICY wide ON docs;
--- down
CREATE POLICY "team" ON "docs" USING (EXISTS (SELECT 1 FROM memberships m WHERE m.team_id = docs.workspace_id AND profile_id = 1));
CREATE POLICY "wide" ON "docs" FOR UPDATE USING (workspace_id IN (SELECT team_id FROM memberships));
--- loss
lossless
