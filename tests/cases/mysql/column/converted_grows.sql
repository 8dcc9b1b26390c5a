-- A text column with a narrow character set of its own becomes a longer type when the table is converted.
--- before
CREATE TABLE t (a INT PRIMARY KEY, b TEXT CHARACTER SET latin1) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
--- rows
INSERT INTO t VALUES (1, 'a text that is longer than that');
--- up
ALTER TABLE t DROP COLUMN b;
--- down
ALTER TABLE `t` ADD COLUMN `b` MEDIUMTEXT NULL;
--- loss
lossy
gone t.b: the migration dropped the column; it comes back empty
