-- Comments come, change and go.
--- before
CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0), b int);
CREATE INDEX i ON t (a);
CREATE TYPE e AS ENUM ('x');
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
COMMENT ON TABLE t IS 'old';
COMMENT ON COLUMN t.a IS 'goes';
COMMENT ON INDEX i IS 'an index';
--- up
COMMENT ON TABLE t IS 'new, and it''s longer';
COMMENT ON COLUMN t.a IS NULL;
COMMENT ON COLUMN t.b IS E'tab\there';
COMMENT ON INDEX i IS NULL;
COMMENT ON TYPE e IS 'a type';
COMMENT ON FUNCTION f(int) IS 'a function';
COMMENT ON CONSTRAINT c ON t IS 'a constraint';
--- down
COMMENT ON COLUMN "t"."b" IS NULL;
COMMENT ON CONSTRAINT "c" ON "t" IS NULL;
COMMENT ON FUNCTION "f"(integer) IS NULL;
COMMENT ON TYPE "e" IS NULL;
COMMENT ON COLUMN "t"."a" IS 'goes';
COMMENT ON INDEX "i" IS 'an index';
COMMENT ON TABLE "t" IS 'old';
--- loss
lossless
