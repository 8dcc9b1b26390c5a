-- Another primary key, and back.
--- before
CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a));
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b, a);
--- down
ALTER TABLE `t`
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (`a`);
--- loss
lossless
may refuse t.PRIMARY: unique again: refused while rows hold the same values
