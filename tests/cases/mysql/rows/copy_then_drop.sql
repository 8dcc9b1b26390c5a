-- A column is copied under another name, and dropped.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a VARCHAR(60) NULL, z INT NULL);
--- rows
INSERT INTO t VALUES (1, 'Ann Bee', 3), (2, NULL, 4);
--- up
ALTER TABLE t ADD COLUMN b VARCHAR(60) NULL;
UPDATE t SET b = a;
ALTER TABLE t DROP COLUMN a;
--- down
ALTER TABLE `t`
    DROP COLUMN `b`,
    ADD COLUMN `a` VARCHAR(60) NULL AFTER `id`;
--- loss
lossy
discards t.b: the values in it
gone t.a: the migration dropped the column; it comes back empty
