-- A policy and a trigger look at the column.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (id int, s status);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY open ON t USING (s = 'new');
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE UPDATE OF s ON t FOR EACH ROW WHEN (NEW.s = 'done') EXECUTE FUNCTION f();
--- rows
INSERT INTO t VALUES (1, 'new');
--- up
ALTER TYPE status ADD VALUE 'waiting';
--- down
DROP POLICY "open" ON "t";
DROP TRIGGER "g" ON "t";
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
CREATE TRIGGER "g" BEFORE UPDATE OF s ON "t" FOR EACH ROW WHEN (NEW.s = 'done') EXECUTE FUNCTION f();
CREATE POLICY "open" ON "t" USING (s = 'new');
DROP TYPE "status_old";
--- loss
lossless
may refuse status: 'waiting' goes again: refused while a row holds it
