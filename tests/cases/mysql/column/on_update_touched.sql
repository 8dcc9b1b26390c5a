-- Rows that the way back writes must keep their ON UPDATE column.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, n INT NULL, at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3));
--- rows
INSERT INTO t VALUES (1, 5, '2020-02-02 02:02:02.123');
--- up
ALTER TABLE t ADD COLUMN m INT NULL;
UPDATE t SET m = n;
ALTER TABLE t MODIFY m INT NOT NULL DEFAULT 1;
--- down
ALTER TABLE `t` DROP COLUMN `m`;
--- loss
lossy
discards t.m: the values in it
gone t.at: the database stamped it when the migration updated rows
