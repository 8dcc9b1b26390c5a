-- An index with prefixes and an order returns.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a TEXT NOT NULL, b BLOB NULL, INDEX i (a(12), b(3)) COMMENT 'short') ;
--- rows
INSERT INTO t VALUES (1, 'x', 'y');
--- up
DROP INDEX i ON t;
--- down
CREATE INDEX `i` ON `t` (`a`(12), `b`(3)) COMMENT 'short';
--- loss
lossless
