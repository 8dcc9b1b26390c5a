-- A key begins to number itself.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
--- rows
INSERT INTO t VALUES (5, 1), (0, 2);
--- up
ALTER TABLE t MODIFY id INT NOT NULL AUTO_INCREMENT;
--- down
ALTER TABLE `t` MODIFY COLUMN `id` INT NOT NULL;
--- loss
lossy
gone t.id: it became AUTO_INCREMENT: rows that held 0 got a number
