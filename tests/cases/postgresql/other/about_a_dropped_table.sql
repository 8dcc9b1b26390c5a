-- Rules and statistics go with their table, and come back after it.
--- before
CREATE TABLE t (id int PRIMARY KEY, n int, m int);
CREATE STATISTICS st (dependencies) ON n, m FROM t;
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
--- up
DROP TABLE t;
