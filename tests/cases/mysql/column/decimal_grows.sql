-- A wider decimal holds all.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, price DECIMAL(10,2) NOT NULL);
--- rows
INSERT INTO t VALUES (1, 1.25);
--- up
ALTER TABLE t MODIFY price DECIMAL(12,4) NOT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `price` DECIMAL(10,2) NOT NULL;
--- loss
lossless
discards t.price: digits that do not fit are rounded
