-- CHANGE that only renames, of a column with index and foreign key.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, UNIQUE KEY one (p_id), CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1), (2, NULL);
--- up
ALTER TABLE c CHANGE p_id parent_id INT NULL;
--- down
ALTER TABLE `c` CHANGE COLUMN `parent_id` `p_id` INT NULL;
--- loss
lossless
