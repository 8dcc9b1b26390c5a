-- Indexes of all kinds go again.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
CREATE INDEX a_i ON t (a(5) DESC, b);
CREATE UNIQUE INDEX b_u ON t (b);
ALTER TABLE t ADD FULLTEXT INDEX f (a);
--- down
ALTER TABLE `t`
    DROP INDEX `a_i`,
    DROP INDEX `b_u`,
    DROP INDEX `f`;
--- loss
lossless
