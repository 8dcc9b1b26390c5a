-- What the server executes in comments is read like the rest.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
/*!50503 CREATE TABLE u (id INT PRIMARY KEY) */;
ALTER TABLE t ADD COLUMN c INT /*!50100 NOT NULL */ DEFAULT 4;
/*!40101 SET NAMES utf8mb4 */;
--- down
DROP TABLE `u`;
ALTER TABLE `t` DROP COLUMN `c`;
--- loss
lossless
discards u: the table and the rows in it
discards t.c: the values in it
