-- Views on views go and return in order.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);
CREATE VIEW a AS SELECT id, n FROM t;
CREATE VIEW b (x) AS WITH big AS (SELECT n FROM a WHERE n > 1) SELECT n FROM big;
--- rows
INSERT INTO t VALUES (1, 3);
--- up
DROP VIEW b;
DROP VIEW a;
--- down
CREATE VIEW "a" AS
SELECT id, n FROM t;
CREATE VIEW "b" (x) AS
WITH big AS (SELECT n FROM a WHERE n > 1) SELECT n FROM big;
--- loss
lossless
