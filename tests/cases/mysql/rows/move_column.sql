-- A column is split into two and dropped.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, full VARCHAR(60) NOT NULL);
--- rows
INSERT INTO t VALUES (1, 'Ann Bee');
--- up
ALTER TABLE t ADD COLUMN first VARCHAR(30) NULL, ADD COLUMN last VARCHAR(30) NULL;
UPDATE t SET first = SUBSTRING_INDEX(full, ' ', 1), last = SUBSTRING_INDEX(full, ' ', -1);
ALTER TABLE t DROP COLUMN full;
--- down
ALTER TABLE `t`
    DROP COLUMN `first`,
    DROP COLUMN `last`,
    ADD COLUMN `full` VARCHAR(60) NOT NULL;
--- loss
lossy
discards t.first: the values in it
discards t.last: the values in it
gone t.full: the migration dropped the column; it comes back empty
