-- Unsigned and back.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, n INT NOT NULL);
--- rows
SET SESSION sql_mode = '';
INSERT INTO t VALUES (1, 5), (2, -5);
--- up
ALTER TABLE t MODIFY n INT UNSIGNED NOT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `n` INT NOT NULL;
--- loss
lossy
may refuse t.n: numbers that do not fit are clipped (strict mode)
discards t.n: numbers that do not fit are clipped (without strict mode)
gone t.n: INT became INT UNSIGNED: numbers that do not fit are clipped
