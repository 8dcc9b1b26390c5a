-- The index that InnoDB made for a foreign key goes when a primary key covers it, and comes back.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE c (p_id INT NOT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- up
ALTER TABLE c ADD PRIMARY KEY (p_id);
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_p`;
ALTER TABLE `c` DROP PRIMARY KEY;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`);
--- loss
lossless
may refuse c.c_p: the foreign key returns: refused while a row refers to nothing
