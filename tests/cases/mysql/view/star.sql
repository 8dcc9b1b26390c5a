-- The star keeps what it stood for.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE VIEW v AS SELECT t.* FROM t;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
DROP VIEW v;
ALTER TABLE t ADD COLUMN c INT NULL FIRST;
CREATE VIEW v AS SELECT t.* FROM t;
--- down
DROP VIEW `v`;
ALTER TABLE `t` DROP COLUMN `c`;
CREATE VIEW `v` AS SELECT `id`, `a`, `b` FROM t;
--- loss
lossless
discards t.c: the values in it
