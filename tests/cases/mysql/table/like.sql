-- LIKE copies columns and indexes.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
CREATE TABLE u LIKE t;
--- down
DROP TABLE `u`;
--- loss
lossless
discards u: the table and the rows in it
