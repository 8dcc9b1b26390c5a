-- Indexes return as they were.
--- before
CREATE TABLE t (a VARCHAR(50) NOT NULL, b INT, INDEX i (a(10), b), UNIQUE KEY u (b), FULLTEXT KEY f (a));
--- rows
INSERT INTO t VALUES ('x', 1);
--- up
DROP INDEX i ON t;
ALTER TABLE t DROP INDEX u, DROP KEY f;
--- down
ALTER TABLE `t`
    ADD INDEX `i` (`a`(10), `b`),
    ADD FULLTEXT INDEX `f` (`a`),
    ADD UNIQUE INDEX `u` (`b`);
--- loss
lossless
may refuse t.u: unique again: refused while rows hold the same values
