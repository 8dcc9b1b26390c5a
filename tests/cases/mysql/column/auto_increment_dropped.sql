-- A key stops to number itself; back, it goes on after the highest.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT NULL);
--- rows
INSERT INTO t VALUES (5, 1), (80, 2);
--- up
ALTER TABLE t MODIFY id INT NOT NULL;
--- down
SET @sql_mode_before = @@SESSION.sql_mode, SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
ALTER TABLE `t` MODIFY COLUMN `id` INT NOT NULL AUTO_INCREMENT;
SET SESSION sql_mode = @sql_mode_before;
--- loss
lossless
