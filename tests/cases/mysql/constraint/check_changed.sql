-- A check is replaced by a wider one.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, n INT NOT NULL, CONSTRAINT small CHECK (n < 10));
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP CONSTRAINT small;
ALTER TABLE t ADD CONSTRAINT small CHECK (n < 100);
--- down
ALTER TABLE `t`
    DROP CONSTRAINT `small`,
    ADD CONSTRAINT `small` CHECK (n < 10);
--- loss
lossless
may refuse t.small: the check returns: refused while a row breaks it
may refuse t.small: MySQL before 8.0.19 has no DROP CONSTRAINT: there, say which server it is (--server mysql-5.7)
