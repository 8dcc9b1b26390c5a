-- A generated column comes and goes.
--- before
CREATE TABLE t (id INT PRIMARY KEY, a INT, g INT AS (a * 2) VIRTUAL, INDEX gi (g));
--- rows
INSERT INTO t (id, a) VALUES (1, 4);
--- up
ALTER TABLE t DROP COLUMN g, ADD COLUMN h INT GENERATED ALWAYS AS (a + 1) STORED;
--- down
ALTER TABLE `t`
    DROP COLUMN `h`,
    ADD COLUMN `g` INT GENERATED ALWAYS AS (a * 2) VIRTUAL,
    ADD INDEX `gi` (`g`);
--- loss
lossless
