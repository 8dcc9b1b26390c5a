-- An index becomes unique.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, INDEX i (a));
--- rows
INSERT INTO t VALUES (1, 2), (2, NULL);
--- up
ALTER TABLE t DROP INDEX i, ADD UNIQUE INDEX i (a);
--- down
ALTER TABLE `t`
    DROP INDEX `i`,
    ADD INDEX `i` (`a`);
--- loss
lossless
