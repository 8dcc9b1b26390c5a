-- Defaults are set and dropped.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
ALTER TABLE t ALTER a SET DEFAULT 'y', ALTER COLUMN b SET DEFAULT 4;
ALTER TABLE t ALTER a DROP DEFAULT;
--- down
ALTER TABLE `t`
    MODIFY COLUMN `a` VARCHAR(20) NOT NULL DEFAULT 'x',
    MODIFY COLUMN `b` INT NULL;
--- loss
lossless
