-- A check goes and another returns.
--- before
CREATE TABLE t (a INT, CONSTRAINT old CHECK (a > 0));
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t DROP CONSTRAINT old;
ALTER TABLE t ADD CONSTRAINT fresh CHECK (a < 100);
--- down
ALTER TABLE `t`
    DROP CONSTRAINT `fresh`,
    ADD CONSTRAINT `old` CHECK (a > 0);
--- loss
lossless
may refuse t.old: the check returns: refused while a row breaks it
may refuse t.fresh: MySQL before 8.0.19 has no DROP CONSTRAINT: there, say which server it is (--server mysql-5.7)
