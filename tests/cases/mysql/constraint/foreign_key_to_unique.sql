-- A key that refers to a unique column, which goes with it.
--- before
CREATE TABLE p (id INT NOT NULL, k INT NOT NULL, PRIMARY KEY (id), UNIQUE KEY p_k (k));
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, k INT NULL);
ALTER TABLE c ADD CONSTRAINT c_k FOREIGN KEY (k) REFERENCES p (k);
--- rows
INSERT INTO p VALUES (1, 10), (2, 20);
INSERT INTO c VALUES (1, 1, 10), (2, NULL, NULL);
--- up
ALTER TABLE c DROP FOREIGN KEY c_k;
ALTER TABLE p DROP INDEX p_k;
--- down
CREATE UNIQUE INDEX `p_k` ON `p` (`k`);
ALTER TABLE `c` ADD CONSTRAINT `c_k` FOREIGN KEY (`k`) REFERENCES `p`(`k`);
--- loss
lossless
may refuse c.c_k: the foreign key returns: refused while a row refers to nothing
may refuse p.p_k: unique again: refused while rows hold the same values
