-- Rows that were inserted are deleted again, and a trigger counts them.
--- before
CREATE TABLE log (n INT NULL);
CREATE TABLE t (id INT NOT NULL PRIMARY KEY);
CREATE TRIGGER gone AFTER DELETE ON t FOR EACH ROW INSERT INTO log VALUES (OLD.id);
--- rows
INSERT INTO t VALUES (1);
--- up
INSERT INTO t VALUES (100), (101);
--- down
--- loss
lossy
by hand t: the rows that the migration inserted stay: a trigger runs when they are deleted
