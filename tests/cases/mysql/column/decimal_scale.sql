-- Digits after the point are rounded away.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, price DECIMAL(10,4) NOT NULL);
--- rows
INSERT INTO t VALUES (1, 1.2345);
--- up
ALTER TABLE t MODIFY price DECIMAL(10,2) NOT NULL;
--- down
ALTER TABLE `t` MODIFY COLUMN `price` DECIMAL(10,4) NOT NULL;
--- loss
lossy
may refuse t.price: digits that do not fit are rounded (strict mode)
discards t.price: digits that do not fit are rounded (without strict mode)
gone t.price: DECIMAL(10,4) became DECIMAL(10,2): digits that do not fit are rounded
