-- CASCADE takes along what calls a function, by the name that it has now.
--- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (id int PRIMARY KEY, d int DEFAULT f(7), CONSTRAINT ck CHECK (f(id) > 0));
CREATE INDEX t_f ON t (f(id));
ALTER FUNCTION f(int) RENAME TO g;
--- up
DROP FUNCTION g CASCADE;
--- down
CREATE OR REPLACE FUNCTION "g"(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
ALTER TABLE "t" ALTER COLUMN "d" SET DEFAULT g(7);
ALTER TABLE "t" ADD CONSTRAINT "ck" CHECK (g(id) > 0);
CREATE INDEX "t_f" ON "t" (g(id));
--- loss
lossless
may refuse t.ck: the check returns: refused while a row breaks it
