-- A renamed trigger is renamed back.
--- before
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER first AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- up
ALTER TRIGGER first ON t RENAME TO second;
--- down
ALTER TRIGGER "second" ON "t" RENAME TO "first";
--- loss
lossless
