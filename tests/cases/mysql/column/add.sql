-- Columns go again, in one statement.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
ALTER TABLE t ADD COLUMN c INT NULL, ADD COLUMN d VARCHAR(10) NOT NULL DEFAULT '' AFTER id;
--- down
ALTER TABLE `t`
    DROP COLUMN `d`,
    DROP COLUMN `c`;
--- loss
lossless
discards t.c: the values in it
discards t.d: the values in it
