-- The key becomes another column, in three steps.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT NULL);
--- rows
INSERT INTO t VALUES (5, 1), (80, 2);
--- up
ALTER TABLE t ADD COLUMN uid CHAR(36) NULL;
UPDATE t SET uid = UUID();
ALTER TABLE t MODIFY uid CHAR(36) NOT NULL, MODIFY id INT NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (uid);
ALTER TABLE t DROP COLUMN id;
--- down
ALTER TABLE `t`
    DROP PRIMARY KEY,
    DROP COLUMN `uid`,
    ADD COLUMN `id` INT NOT NULL AUTO_INCREMENT FIRST,
    ADD PRIMARY KEY (`id`);
--- loss
lossy
discards t.uid: the values in it
may refuse t.PRIMARY: unique again: refused while rows hold the same values
gone t.id: the migration dropped the column; it comes back numbered anew
