-- CASCADE takes along the policies of other tables; a view that counts rows stays.
--- before
CREATE TABLE member (id int PRIMARY KEY, org int, title text, g text GENERATED ALWAYS AS (title || 'x') STORED);
CREATE TABLE doc (id int PRIMARY KEY, org int);
CREATE POLICY own ON doc USING (org IN (SELECT m.org FROM member m));
CREATE MATERIALIZED VIEW stats AS SELECT id, count(*) AS n FROM member GROUP BY id;
--- rows
INSERT INTO member (id, org, title) VALUES (1, 1, 't');
--- up
ALTER TABLE member DROP COLUMN org CASCADE, DROP COLUMN title CASCADE;
--- down
ALTER TABLE "member" ADD COLUMN "org" int;
ALTER TABLE "member" ADD COLUMN "title" text;
ALTER TABLE "member" ADD COLUMN "g" text GENERATED ALWAYS AS (title || 'x') STORED;
CREATE POLICY "own" ON "doc" USING (org IN (SELECT m.org FROM member m));
--- loss
lossy
gone member.g: it is computed from title, whose values are gone
gone member.org: the migration dropped the column; it comes back empty
gone member.title: the migration dropped the column; it comes back empty
