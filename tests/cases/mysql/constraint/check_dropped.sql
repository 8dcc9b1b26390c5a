-- A check goes; rows may forbid that it returns.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, n INT NOT NULL, CONSTRAINT positive CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP CONSTRAINT positive;
--- down
ALTER TABLE `t` ADD CONSTRAINT `positive` CHECK (n > 0);
--- loss
lossless
may refuse t.positive: the check returns: refused while a row breaks it
