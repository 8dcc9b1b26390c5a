-- Everything is deleted.
--- before
CREATE TABLE t (id int PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1), (2);
--- up
DELETE FROM t;
--- down
--- loss
lossy
gone t: the migration deleted all rows
