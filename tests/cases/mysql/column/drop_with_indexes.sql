-- A column takes its indexes along, and shortens those that name others too.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NULL, c INT NULL, INDEX ab (a, b), INDEX only_a (a), INDEX abc (c, a, b));
--- rows
INSERT INTO t VALUES (1, 1, 2, 3), (2, 1, 4, 5);
--- up
ALTER TABLE t DROP COLUMN a;
--- down
ALTER TABLE `t`
    DROP INDEX `ab`,
    DROP INDEX `abc`,
    ADD COLUMN `a` INT NULL AFTER `id`,
    ADD INDEX `ab` (`a`, `b`),
    ADD INDEX `only_a` (`a`),
    ADD INDEX `abc` (`c`, `a`, `b`);
--- loss
lossy
gone t.a: the migration dropped the column; it comes back empty
