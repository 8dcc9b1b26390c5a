-- A unique index goes; rows may forbid that it returns.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, UNIQUE INDEX i (a));
--- rows
INSERT INTO t VALUES (1, 2), (2, NULL);
--- up
DROP INDEX i ON t;
--- down
CREATE UNIQUE INDEX `i` ON `t` (`a`);
--- loss
lossless
may refuse t.i: unique again: refused while rows hold the same values
