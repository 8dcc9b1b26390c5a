-- A key is dropped.
--- before
CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b));
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP PRIMARY KEY;
--- down
ALTER TABLE `t` ADD PRIMARY KEY (`a`, `b`);
--- loss
lossless
may refuse t.PRIMARY: unique again: refused while rows hold the same values
