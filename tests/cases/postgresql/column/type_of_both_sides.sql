-- A key and the column that refers to it, int to bigint.
--- before
CREATE TABLE parent (id serial PRIMARY KEY);
CREATE TABLE child (id serial PRIMARY KEY, parent_id int NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
--- rows
INSERT INTO parent DEFAULT VALUES;
INSERT INTO child (parent_id) VALUES (1);
--- up
ALTER TABLE parent ALTER COLUMN id TYPE bigint;
ALTER TABLE child ALTER COLUMN parent_id TYPE bigint;
--- down
ALTER TABLE "child" DROP CONSTRAINT "child_parent_id_fkey";
ALTER TABLE "child" ALTER COLUMN "parent_id" SET DATA TYPE int;
ALTER TABLE "parent" ALTER COLUMN "id" DROP DEFAULT;
ALTER TABLE "parent" ALTER COLUMN "id" SET DATA TYPE integer;
ALTER TABLE "parent" ALTER COLUMN "id" SET DEFAULT nextval('parent_id_seq'::regclass);
ALTER TABLE "child" ADD CONSTRAINT "child_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "parent"("id") ON DELETE CASCADE;
--- loss
lossless
may refuse parent.id: numbers out of the range of integer
may refuse child.parent_id: numbers out of the range of integer
