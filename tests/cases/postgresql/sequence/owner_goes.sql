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
--- loss
