-- MERGE updates some rows and inserts others.
--- before
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE TABLE s (id int PRIMARY KEY, n int);
--- rows
INSERT INTO t VALUES (1, 1);
INSERT INTO s VALUES (1, 5), (2, 6);
--- up
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.n);
--- down
--- loss
lossy
gone t: the migration merged rows into it
