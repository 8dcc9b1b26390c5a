-- WITH .. UPDATE .. FROM.
--- before
CREATE TABLE t (id int PRIMARY KEY, n int);
--- rows
INSERT INTO t VALUES (1, 5), (2, 6);
--- up
WITH m AS (SELECT max(n) AS top FROM t) UPDATE t SET n = m.top FROM m WHERE t.n < m.top;
--- down
--- loss
lossy
gone t.n: the migration overwrote it where t.n < m.top
