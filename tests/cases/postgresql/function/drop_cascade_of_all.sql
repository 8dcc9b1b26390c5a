-- What calls the function goes with it, and returns.
--- before
CREATE TABLE t (a int);
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT x $$;
ALTER TABLE t ADD CONSTRAINT ck CHECK (f(a) > 0);
CREATE INDEX i ON t (f(a));
CREATE POLICY p ON t USING (f(a) > 1);
CREATE VIEW v AS SELECT f(a) AS b FROM t;
--- rows
INSERT INTO t VALUES (1);
--- up
DROP FUNCTION f(int) CASCADE;
--- down
CREATE OR REPLACE FUNCTION "f"(x int) RETURNS int IMMUTABLE LANGUAGE sql AS $$ SELECT x $$;
ALTER TABLE "t" ADD CONSTRAINT "ck" CHECK (f(a) > 0);
CREATE INDEX "i" ON "t" (f(a));
CREATE VIEW "v" AS
SELECT f(a) AS b FROM t;
CREATE POLICY "p" ON "t" USING (f(a) > 1);
--- loss
lossless
may refuse t.ck: the check returns: refused while a row breaks it
