-- A table gets a key.
--- before
CREATE TABLE t (a INT NOT NULL, b INT NULL);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
ALTER TABLE t ADD PRIMARY KEY (a);
--- down
ALTER TABLE `t` DROP PRIMARY KEY;
--- loss
lossless
