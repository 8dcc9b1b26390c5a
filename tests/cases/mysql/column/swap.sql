-- Two columns change names.
--- before
CREATE TABLE t (a INT, b INT);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t CHANGE a b INT, CHANGE b a INT;
--- down
ALTER TABLE `t`
    CHANGE COLUMN `b` `a` INT NULL,
    CHANGE COLUMN `a` `b` INT NULL;
--- loss
lossless
