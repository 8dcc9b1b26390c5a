-- A numbered key comes in front.
--- before
CREATE TABLE t (a INT NOT NULL, b INT NULL);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t ADD COLUMN id INT NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST;
--- down
ALTER TABLE `t`
    DROP PRIMARY KEY,
    DROP COLUMN `id`;
--- loss
lossless
discards t.id: the values in it
