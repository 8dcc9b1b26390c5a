-- The first column returns to its place.
--- before
CREATE TABLE t (a INT, b INT, c INT, KEY u (a, b));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- up
ALTER TABLE t DROP COLUMN a;
--- down
ALTER TABLE `t`
    DROP INDEX `u`,
    ADD COLUMN `a` INT NULL FIRST,
    ADD INDEX `u` (`a`, `b`);
--- loss
lossy
gone t.a: the migration dropped the column; it comes back empty
