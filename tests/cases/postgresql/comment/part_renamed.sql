-- A comment follows its constraint, index and trigger to their new names, and back.
--- before
CREATE TABLE t (a int CONSTRAINT ck CHECK (a > 0));
CREATE INDEX i ON t (a);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON CONSTRAINT ck ON t IS 'one';
COMMENT ON INDEX i IS 'two';
COMMENT ON TRIGGER g ON t IS 'three';
--- up
ALTER TABLE t RENAME CONSTRAINT ck TO positive;
ALTER INDEX i RENAME TO by_a;
ALTER TRIGGER g ON t RENAME TO touched;
--- down
ALTER TABLE "t" RENAME CONSTRAINT "positive" TO "ck";
ALTER INDEX "by_a" RENAME TO "i";
ALTER TRIGGER "touched" ON "t" RENAME TO "g";
--- loss
lossless
