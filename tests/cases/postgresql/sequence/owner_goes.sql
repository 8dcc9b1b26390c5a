-- A sequence goes over to another column, and the one that owned it goes: the column is back before it owns the sequence.
--- before
CREATE SEQUENCE s;
CREATE TABLE t (a int DEFAULT nextval('s'), b int);
ALTER SEQUENCE s OWNED BY t.a;
--- rows
INSERT INTO t (b) VALUES (7);
--- up
ALTER SEQUENCE s OWNED BY t.b;
ALTER TABLE t DROP COLUMN a;
--- down
ALTER TABLE "t" ADD COLUMN "a" int DEFAULT nextval('s');
ALTER SEQUENCE "s" OWNED BY "t"."a";
--- loss
lossy
approximate t.a: PostgreSQL can't put a column back in its place: it comes last
gone t.a: the migration dropped the column; it comes back with nextval('s') everywhere
