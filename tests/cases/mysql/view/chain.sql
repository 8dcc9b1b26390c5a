-- Views on views go and return in order.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v WHERE a > 1;
--- rows
INSERT INTO t VALUES (1, 1);
--- up
DROP VIEW w, v;
--- down
CREATE VIEW `v` AS SELECT id, a FROM t;
CREATE VIEW `w` AS SELECT id FROM v WHERE a > 1;
--- loss
lossless
