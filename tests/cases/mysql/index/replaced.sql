-- An index is replaced by a wider one of the same name.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NULL, INDEX i (a));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- up
DROP INDEX i ON t;
CREATE INDEX i ON t (a, b);
--- down
ALTER TABLE `t`
    DROP INDEX `i`,
    ADD INDEX `i` (`a`);
--- loss
lossless
