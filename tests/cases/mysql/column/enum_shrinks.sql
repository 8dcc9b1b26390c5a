-- A value that was taken out returns.
--- before
CREATE TABLE t (id INT PRIMARY KEY, e ENUM('a', 'b', 'c') NOT NULL);
--- rows
INSERT INTO t VALUES (1, 'b'), (2, 'c');
--- up
DELETE FROM t WHERE e = 'c';
ALTER TABLE t MODIFY COLUMN `e` ENUM('a', 'b') NOT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `e` ENUM('a', 'b', 'c') NOT NULL;
--- loss
lossy
gone t: the migration deleted the rows where e = 'c'
gone t.e: ENUM('a', 'b', 'c') became ENUM('a', 'b'): labels that are no longer there become empty
