-- A check that stands in a column returns with it.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, n INT NOT NULL CHECK (n > 0), s VARCHAR(9) NOT NULL);
--- rows
INSERT INTO t VALUES (1, 2, 'x');
--- up
ALTER TABLE t DROP COLUMN n;
--- down
ALTER TABLE `t` ADD COLUMN `n` INT NOT NULL CHECK (n > 0) AFTER `id`;
--- loss
lossy
gone t.n: the migration dropped the column; it comes back empty
