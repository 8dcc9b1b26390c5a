-- A view over a table whose column is renamed is made anew.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE VIEW v AS SELECT id, a FROM t;
--- rows
INSERT INTO t VALUES (1, 1);
--- up
DROP VIEW v;
ALTER TABLE t RENAME COLUMN a TO b;
CREATE VIEW v AS SELECT id, b FROM t;
--- down
DROP VIEW `v`;
ALTER TABLE `t` CHANGE COLUMN `b` `a` INT NULL;
CREATE VIEW `v` AS SELECT id, a FROM t;
--- loss
lossless
