-- An implicit index gives way to one that a person makes.
--- before
CREATE TABLE p (id INT NOT NULL, k INT NOT NULL, PRIMARY KEY (id), UNIQUE KEY p_k (k));
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, k INT NULL);
ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id);
--- rows
INSERT INTO p VALUES (1, 10), (2, 20);
INSERT INTO c VALUES (1, 1, 10), (2, NULL, NULL);
--- up
CREATE INDEX by_parent ON c (p_id);
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_p`;
DROP INDEX `by_parent` ON `c`;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`);
--- loss
lossless
may refuse c.c_p: the foreign key returns: refused while a row refers to nothing
