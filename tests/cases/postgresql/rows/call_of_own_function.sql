-- A function of the history's own that changes rows is called.
--- before
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE FUNCTION bump() RETURNS void LANGUAGE sql AS 'UPDATE t SET n = n + 1';
--- rows
INSERT INTO t VALUES (1, 1);
--- up
SELECT bump();
--- down
--- loss
lossy
gone bump(): the migration called it; what it did to rows stays
