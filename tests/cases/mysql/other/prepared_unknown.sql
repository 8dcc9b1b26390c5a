-- What is executed is by hand where only the database can tell what it is.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- up
SET @s = IF((SELECT COUNT(*) FROM t) > 0, 'ALTER TABLE t ADD COLUMN z INT', 'ALTER TABLE t ADD COLUMN z BIGINT');
PREPARE stmt FROM @s;
EXECUTE stmt;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 3: what it runs is put together when it runs';
--- loss
manual
by hand EXECUTE stmt: what it runs is put together when it runs
