-- A comment on a column comes, one goes.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL COMMENT 'old', b INT NULL);
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- up
ALTER TABLE t MODIFY a INT NULL, MODIFY b INT NULL COMMENT 'new';
--- down
ALTER TABLE `t`
    MODIFY COLUMN `a` INT NULL COMMENT 'old',
    MODIFY COLUMN `b` INT NULL;
--- loss
lossless
