-- CASCADE takes along the functions over the rows of a table, and the policies that read it.
--- before
CREATE TABLE member (id int PRIMARY KEY, org int);
CREATE TABLE doc (id int PRIMARY KEY, org int);
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON doc USING (org IN (SELECT m.org FROM member m));
CREATE FUNCTION label(m member) RETURNS text LANGUAGE sql AS $$ SELECT m.id::text $$;
--- rows
INSERT INTO member VALUES (1, 1);
--- up
DROP TABLE member CASCADE;
--- down
CREATE TABLE "member" (
    "id" int NOT NULL,
    "org" int,

    CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);
CREATE OR REPLACE FUNCTION "label"(m member) RETURNS text LANGUAGE sql AS $$ SELECT m.id::text $$;
CREATE POLICY "own" ON "doc" USING (org IN (SELECT m.org FROM member m));
--- loss
lossy
gone member: the migration dropped the table; it comes back empty
