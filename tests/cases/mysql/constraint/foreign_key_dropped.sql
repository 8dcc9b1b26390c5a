-- A foreign key with its column.
--- before
CREATE TABLE p (id INT NOT NULL, k INT NOT NULL, PRIMARY KEY (id), UNIQUE KEY p_k (k));
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, k INT NULL);
ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE;
--- rows
INSERT INTO p VALUES (1, 10), (2, 20);
INSERT INTO c VALUES (1, 1, 10), (2, NULL, NULL);
--- up
ALTER TABLE c DROP FOREIGN KEY c_p;
ALTER TABLE c DROP COLUMN p_id;
--- down
ALTER TABLE `c` ADD COLUMN `p_id` INT NULL AFTER `id`;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
--- loss
lossy
gone c.p_id: the migration dropped the column; it comes back empty
