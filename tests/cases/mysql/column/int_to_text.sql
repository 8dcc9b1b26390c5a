-- A number becomes text, and is one again.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, code INT NULL);
--- rows
INSERT INTO t VALUES (1, -7), (2, NULL);
--- up
ALTER TABLE t MODIFY code VARCHAR(12) NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `code` INT NULL;
--- loss
lossless
may refuse t.code: values that the other type can't hold exactly come back otherwise (strict mode)
discards t.code: values that the other type can't hold exactly come back otherwise (without strict mode)
