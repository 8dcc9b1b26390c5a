-- IF NOT EXISTS over a table that is there makes nothing.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
CREATE TABLE IF NOT EXISTS t (z INT);
CREATE TABLE IF NOT EXISTS u (z INT);
--- down
DROP TABLE `u`;
--- loss
lossless
discards u: the table and the rows in it
