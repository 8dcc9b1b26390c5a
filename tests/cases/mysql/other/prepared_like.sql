-- What is prepared depends on a column's type, and on whether it may hold NULL.
--- before
CREATE TABLE coins (id INT NOT NULL PRIMARY KEY, kind ENUM('a', 'b') NOT NULL, code VARCHAR(8) NULL) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO coins VALUES (1, 'a', 'x');
--- up
SET @is_enum := (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'coins' AND column_name = 'kind' AND data_type = 'enum');
SET @sql := IF(@is_enum = 1, 'ALTER TABLE coins MODIFY kind VARCHAR(30) NOT NULL', 'DO 0');
PREPARE s FROM @sql;
EXECUTE s;
SET @sql := (SELECT CASE WHEN COUNT(*) = 1 THEN 'DO 0' ELSE 'ALTER TABLE coins DROP COLUMN code' END FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'coins' AND column_name = 'code' AND is_nullable = 'YES');
PREPARE s FROM @sql;
EXECUTE s;
DEALLOCATE PREPARE s;
--- down
ALTER TABLE `coins` MODIFY COLUMN `kind` ENUM('a', 'b') NOT NULL;
--- loss
lossless
may refuse coins.kind: values that the other type can't hold exactly come back otherwise (strict mode)
discards coins.kind: values that the other type can't hold exactly come back otherwise (without strict mode)
