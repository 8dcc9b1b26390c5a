-- What is prepared out of a text that stands in the file is read as if it stood there itself.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- up
SET @s = 'ALTER TABLE t ADD COLUMN z INT';
PREPARE stmt FROM @s;
EXECUTE stmt;
DEALLOCATE PREPARE stmt;
--- down
ALTER TABLE `t` DROP COLUMN `z`;
--- loss
lossless
discards t.z: the values in it
