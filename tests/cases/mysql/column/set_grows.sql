-- A SET gets a member.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, s SET('a', 'b') NOT NULL DEFAULT 'a');
--- rows
INSERT INTO t VALUES (1, 'a,b'), (2, '');
--- up
ALTER TABLE t MODIFY s SET('a', 'b', 'c') NOT NULL DEFAULT 'a,b';
--- down
ALTER TABLE `t` MODIFY COLUMN `s` SET('a', 'b') NOT NULL DEFAULT 'a';
--- loss
lossless
may refuse t.s: labels that are no longer there become empty (strict mode)
discards t.s: labels that are no longer there become empty (without strict mode)
