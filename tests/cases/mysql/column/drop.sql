-- A column returns to its place, with its index.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
ALTER TABLE t DROP COLUMN b, DROP COLUMN a;
--- down
ALTER TABLE `t`
    ADD COLUMN `a` VARCHAR(20) NOT NULL DEFAULT 'x',
    ADD COLUMN `b` INT NULL,
    ADD INDEX `b_idx` (`b`);
--- loss
lossy
gone t.a: the migration dropped the column; it comes back with 'x' everywhere
gone t.b: the migration dropped the column; it comes back empty
