-- An index that the optimizer ignores.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, INDEX i (a));
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t ALTER INDEX i IGNORED;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: ALTER INDEX .. VISIBLE is not inverted';
--- loss
manual
by hand ALTER TABLE t ALTER INDEX i: ALTER INDEX .. VISIBLE is not inverted
