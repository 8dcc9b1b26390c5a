-- The constraint of a constraint trigger keeps the name that the trigger was made under.
--- before
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE CONSTRAINT TRIGGER first AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
ALTER TRIGGER first ON t RENAME TO second;
--- up
DROP TRIGGER second ON t;
--- down
CREATE CONSTRAINT TRIGGER "first" AFTER INSERT ON "t" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
ALTER TRIGGER "first" ON "t" RENAME TO "second";
--- loss
lossless
