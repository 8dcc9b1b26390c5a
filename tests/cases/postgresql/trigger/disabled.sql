-- A trigger is disabled.
--- before
CREATE TABLE t (id int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- up
ALTER TABLE t DISABLE TRIGGER g;
--- down
ALTER TABLE "t" ENABLE TRIGGER "g";
--- loss
lossless
