-- CHANGE renames and redefines.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10);
--- up
ALTER TABLE t CHANGE COLUMN b c BIGINT NOT NULL DEFAULT 0;
--- down
ALTER TABLE `t` CHANGE COLUMN `c` `b` INT NULL;
--- loss
lossless
may refuse t.b: numbers that do not fit are clipped (strict mode)
discards t.b: numbers that do not fit are clipped (without strict mode)
