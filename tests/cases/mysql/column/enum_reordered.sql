-- The labels of an ENUM change their order; values go by label.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, e ENUM('low', 'high') NOT NULL);
--- rows
INSERT INTO t VALUES (1, 'low'), (2, 'high');
--- up
ALTER TABLE t MODIFY e ENUM('high', 'low') NOT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `e` ENUM('low', 'high') NOT NULL;
--- loss
lossless
