-- Foreign keys go and return with their actions.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, n INT NULL);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, x INT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 1), (2, 2);
INSERT INTO c VALUES (1, 1, 5), (2, NULL, 6);
--- up
ALTER TABLE c DROP FOREIGN KEY c_p;
ALTER TABLE c ADD CONSTRAINT c_p2 FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE;
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_p2`;
DROP INDEX `c_p2` ON `c`;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
--- loss
lossless
may refuse c.c_p: the foreign key returns: refused while a row refers to nothing
