-- ALTER VIEW is undone by the previous text.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE VIEW v AS SELECT id FROM t;
--- rows
INSERT INTO t VALUES (1, 1);
--- up
ALTER VIEW v AS SELECT id, a FROM t;
--- down
DROP VIEW `v`;
CREATE VIEW `v` AS SELECT id FROM t;
--- loss
lossless
