-- Two sequences that a column owns go with it, and are owned by it again.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE SEQUENCE s1;
CREATE SEQUENCE s2 START 5;
ALTER SEQUENCE s1 OWNED BY t.a;
ALTER SEQUENCE s2 OWNED BY t.a;
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP COLUMN a;
--- down
CREATE SEQUENCE "s1";
CREATE SEQUENCE "s2" START WITH 5;
ALTER TABLE "t" ADD COLUMN "a" int;
ALTER SEQUENCE "s1" OWNED BY "t"."a";
ALTER SEQUENCE "s2" OWNED BY "t"."a";
--- loss
lossy
gone t.a: the migration dropped the column; it comes back empty
