-- The number and its key move to another column.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, n INT NOT NULL, PRIMARY KEY (id));
--- rows
INSERT INTO t VALUES (1, 5), (2, 6), (3, 0);
--- up
ALTER TABLE t MODIFY id INT NOT NULL, DROP PRIMARY KEY, MODIFY n INT NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (n);
--- down
SET @sql_mode_before = @@SESSION.sql_mode, SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO');
ALTER TABLE `t`
    DROP PRIMARY KEY,
    MODIFY COLUMN `id` INT NOT NULL AUTO_INCREMENT,
    MODIFY COLUMN `n` INT NOT NULL,
    ADD PRIMARY KEY (`id`);
SET SESSION sql_mode = @sql_mode_before;
--- loss
lossy
may refuse t.PRIMARY: unique again: refused while rows hold the same values
gone t.n: it became AUTO_INCREMENT: rows that held 0 got a number
