-- A rule on a table.
--- before
CREATE TABLE t (a int);
CREATE TABLE log (a int);
--- up
CREATE RULE keep AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (NEW.a);
--- down
DROP RULE "keep" ON "t";
--- loss
lossless
