-- Where only the body is new, CREATE OR REPLACE brings the old one back: the trigger needs the function.
--- before
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS TRIGGER AS
$$
BEGIN RETURN NEW; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER t_f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- up
CREATE OR REPLACE FUNCTION f() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN NEW.a = 1; RETURN NEW; END $$;
--- down
CREATE OR REPLACE FUNCTION "f"() RETURNS TRIGGER AS
$$
BEGIN RETURN NEW; END
$$ LANGUAGE plpgsql;
--- loss
lossless
