-- What is overwritten is gone, and said.
--- before
CREATE TABLE t (id int PRIMARY KEY, name text, n int);
--- rows
INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2);
--- up
UPDATE t SET name = 'x' WHERE n > 1;
--- down
--- loss
lossy
gone t.name: the migration overwrote it where n > 1
