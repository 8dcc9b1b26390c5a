-- More fractions of a second lose nothing.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, at DATETIME NULL);
--- rows
INSERT INTO t VALUES (1, '2020-01-01 00:00:00');
--- up
ALTER TABLE t MODIFY at DATETIME(3) NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `at` DATETIME NULL;
--- loss
lossless
discards t.at: fractions of a second are rounded
