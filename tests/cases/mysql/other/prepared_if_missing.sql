-- MySQL has no ADD COLUMN IF NOT EXISTS, so information_schema is asked, and the answer decides what is prepared.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- up
SET @db = DATABASE();
SET @asked = 'z';
SET @s = (SELECT IF(
  (SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = @db AND TABLE_NAME = 't' AND COLUMN_NAME = @asked) > 0,
  'SELECT 1', CONCAT('ALTER TABLE t ADD COLUMN ', @asked, ' INT DEFAULT ''7''')));
PREPARE stmt FROM @s;
EXECUTE stmt;
DEALLOCATE PREPARE stmt;
SET @s = (SELECT IF(
  (SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = @db AND TABLE_NAME = 't' AND COLUMN_NAME = 'a') > 0,
  'SELECT 1', 'ALTER TABLE t ADD COLUMN a INT'));
PREPARE stmt FROM @s;
EXECUTE stmt;
SELECT COUNT(*) INTO @n FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 't' AND index_name = 'b_idx';
SET @s = IF(@n > 0, 'DROP INDEX b_idx ON t', 'DO 0');
PREPARE stmt FROM @s;
EXECUTE stmt;
--- down
ALTER TABLE `t`
    DROP COLUMN `z`,
    ADD INDEX `b_idx` (`b`);
--- loss
lossless
discards t.z: the values in it
