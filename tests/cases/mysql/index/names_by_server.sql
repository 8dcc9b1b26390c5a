-- Indexes without names are given names by the server.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NULL, KEY (a));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- up
ALTER TABLE t ADD INDEX (a, b), ADD UNIQUE (b), ADD INDEX (b, a);
--- down
ALTER TABLE `t`
    DROP INDEX `a_2`,
    DROP INDEX `b`,
    DROP INDEX `b_2`;
--- loss
lossless
