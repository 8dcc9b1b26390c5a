-- Dynamic SQL is by hand.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- up
SET @s = 'ALTER TABLE t ADD COLUMN z INT';
PREPARE stmt FROM @s;
EXECUTE stmt;
DEALLOCATE PREPARE stmt;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 2: PREPARE is not inverted';
--- loss
manual
by hand PREPARE stmt FROM @s: PREPARE is not inverted
by hand EXECUTE stmt: EXECUTE is not inverted
