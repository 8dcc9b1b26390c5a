-- A table made LIKE another draws from its sequence, and loses its default with it.
--- before
CREATE TABLE a (id serial PRIMARY KEY, n int DEFAULT 3);
CREATE TABLE b (LIKE a INCLUDING ALL);
--- rows
INSERT INTO a VALUES (1, 2);
--- up
DROP TABLE a CASCADE;
--- down
CREATE TABLE "a" (
    "id" SERIAL NOT NULL,
    "n" int DEFAULT 3,

    CONSTRAINT "a_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "b" ALTER COLUMN "id" SET DEFAULT nextval('a_id_seq'::regclass);
SELECT setval('"a_id_seq"'::regclass, max("id")) FROM "b" HAVING max("id") IS NOT NULL;
--- loss
lossy
gone a: the migration dropped the table; it comes back empty
