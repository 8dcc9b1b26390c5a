-- A value goes from an ENUM again.
--- before
CREATE TABLE t (id INT PRIMARY KEY, e ENUM('a', 'b') NOT NULL DEFAULT 'a');
--- rows
INSERT INTO t VALUES (1, 'b');
--- up
ALTER TABLE t MODIFY COLUMN `e` ENUM('a', 'b', 'c') NOT NULL DEFAULT 'a';
--- down
ALTER TABLE `t` MODIFY COLUMN `e` ENUM('a', 'b') NOT NULL DEFAULT 'a';
--- loss
lossless
may refuse t.e: labels that are no longer there become empty (strict mode)
discards t.e: labels that are no longer there become empty (without strict mode)
