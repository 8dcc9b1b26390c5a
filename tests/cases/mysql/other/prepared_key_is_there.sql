-- Keys are asked for without regard to case, and a unique index is a constraint: what is there is dropped, and comes back.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL, x INT NULL, UNIQUE INDEX p_code_key (code), INDEX p_x_idx (x)) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO p VALUES (1, 'a', NULL);
--- up
SET @n = (SELECT COUNT(*) FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'p' AND CONSTRAINT_NAME = 'p_code_key' AND CONSTRAINT_TYPE = 'UNIQUE');
SET @s = IF(@n > 0, 'ALTER TABLE p DROP INDEX p_code_key', 'DO 0');
PREPARE st FROM @s;
EXECUTE st;
SET @s = IF((SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'p' AND INDEX_NAME = 'P_X_IDX') > 0, 'DROP INDEX p_x_idx ON p', 'DO 0');
PREPARE st FROM @s;
EXECUTE st;
SET @t = (SELECT DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'p' AND COLUMN_NAME = 'x');
SET @null = (SELECT IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'p' AND COLUMN_NAME = 'x');
SET @s = IF(@t = 'int' AND @null = 'YES', 'ALTER TABLE p MODIFY x BIGINT NULL', 'DO 0');
PREPARE st FROM @s;
EXECUTE st;
--- down
ALTER TABLE `p`
    MODIFY COLUMN `x` INT NULL,
    ADD INDEX `p_x_idx` (`x`),
    ADD UNIQUE INDEX `p_code_key` (`code`);
--- loss
lossless
may refuse p.p_code_key: unique again: refused while rows hold the same values
may refuse p.x: numbers that do not fit are clipped (strict mode)
discards p.x: numbers that do not fit are clipped (without strict mode)
