-- Text becomes an ENUM after the rest was mapped to a label.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, e VARCHAR(10) NOT NULL);
--- rows
INSERT INTO t VALUES (1, 'low'), (2, 'odd');
--- up
UPDATE t SET e = 'low' WHERE e NOT IN ('low', 'high');
ALTER TABLE t MODIFY e ENUM('low', 'high') NOT NULL DEFAULT 'low';
--- down
ALTER TABLE `t` MODIFY COLUMN `e` VARCHAR(10) NOT NULL;
--- loss
lossy
gone t.e: the migration overwrote it where e NOT IN ('low', 'high')
gone t.e: VARCHAR(10) became ENUM('low', 'high'): values that the other type can't hold exactly come back otherwise
