-- NULLs were overwritten first: that is a loss.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
UPDATE t SET b = 0 WHERE b IS NULL;
ALTER TABLE t MODIFY b INT NOT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `b` INT NULL;
--- loss
lossy
gone t.b: the migration overwrote it where b IS NULL
