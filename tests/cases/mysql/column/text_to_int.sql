-- Text becomes a number: leading zeros are gone.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, code VARCHAR(10) NULL);
--- rows
INSERT INTO t VALUES (1, '007'), (2, NULL);
--- up
ALTER TABLE t MODIFY code INT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `code` VARCHAR(10) NULL;
--- loss
lossy
may refuse t.code: text that is too long is cut off (strict mode)
discards t.code: text that is too long is cut off (without strict mode)
gone t.code: VARCHAR(10) became INT: values that the other type can't hold exactly come back otherwise
