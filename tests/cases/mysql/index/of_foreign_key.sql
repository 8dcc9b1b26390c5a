-- The index of a foreign key is another after the migration.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, x INT NULL, INDEX named (p_id), CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id));
--- up
CREATE INDEX mine ON c (p_id, x);
DROP INDEX named ON c;
--- down
ALTER TABLE `c`
    DROP INDEX `mine`,
    ADD INDEX `named` (`p_id`);
--- loss
lossless
