-- An index is renamed back.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
ALTER TABLE t RENAME INDEX b_idx TO c_idx;
--- down
ALTER TABLE `t` RENAME INDEX `c_idx` TO `b_idx`;
--- loss
lossless
