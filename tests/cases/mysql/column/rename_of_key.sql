-- A column that foreign keys name is renamed back.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, n INT NULL);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, x INT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 1), (2, 2);
INSERT INTO c VALUES (1, 1, 5), (2, NULL, 6);
--- up
ALTER TABLE c RENAME COLUMN p_id TO parent;
ALTER TABLE p RENAME COLUMN id TO pid;
--- down
ALTER TABLE `c` CHANGE COLUMN `parent` `p_id` INT NULL;
ALTER TABLE `p` CHANGE COLUMN `pid` `id` INT NOT NULL;
--- loss
lossless
