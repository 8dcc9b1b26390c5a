-- Fractions of a second are cut.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, at DATETIME(6) NULL);
--- rows
INSERT INTO t VALUES (1, '2020-01-01 00:00:00.123456');
--- up
ALTER TABLE t MODIFY at DATETIME(3) NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME(6) NULL;
--- loss
lossy
gone t.at: DATETIME(6) became DATETIME(3): fractions of a second are rounded
