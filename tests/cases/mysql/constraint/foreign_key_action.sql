-- Another action, in one statement.
--- before
CREATE TABLE p (id INT NOT NULL, k INT NOT NULL, PRIMARY KEY (id), UNIQUE KEY p_k (k));
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, k INT NULL);
ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE RESTRICT;
--- rows
INSERT INTO p VALUES (1, 10), (2, 20);
INSERT INTO c VALUES (1, 1, 10), (2, NULL, NULL);
--- up
ALTER TABLE c DROP FOREIGN KEY c_p;
ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL;
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_p`;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE RESTRICT;
--- loss
lossless
may refuse c.c_p: the foreign key returns: refused while a row refers to nothing
