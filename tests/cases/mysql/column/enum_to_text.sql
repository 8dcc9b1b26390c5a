-- An ENUM becomes text.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, e ENUM('low', 'high') NOT NULL DEFAULT 'low');
--- rows
INSERT INTO t VALUES (1, 'low'), (2, 'high');
--- up
ALTER TABLE t MODIFY e VARCHAR(10) NOT NULL DEFAULT 'low';
--- down
ALTER TABLE `t` MODIFY COLUMN `e` ENUM('low', 'high') NOT NULL DEFAULT 'low';
--- loss
lossless
may refuse t.e: values that the other type can't hold exactly come back otherwise (strict mode)
discards t.e: values that the other type can't hold exactly come back otherwise (without strict mode)
