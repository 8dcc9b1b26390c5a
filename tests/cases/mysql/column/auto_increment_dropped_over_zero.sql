-- A row that holds 0 keeps it when its column is AUTO_INCREMENT again.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, n INT, PRIMARY KEY (id));
--- rows
SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
INSERT INTO t VALUES (0, 1), (5, 2);
SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_AUTO_VALUE_ON_ZERO', '');
--- up
ALTER TABLE t MODIFY id INT NOT NULL;
--- down
SET @sql_mode_before = @@SESSION.sql_mode, SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
ALTER TABLE `t` MODIFY COLUMN `id` INT NOT NULL AUTO_INCREMENT;
SET SESSION sql_mode = @sql_mode_before;
--- loss
lossless
