-- Both columns of a foreign key become wider.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, n INT NULL);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, x INT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 1), (2, 2);
INSERT INTO c VALUES (1, 1, 5), (2, NULL, 6);
--- up
ALTER TABLE c DROP FOREIGN KEY c_p;
ALTER TABLE p MODIFY id BIGINT NOT NULL;
ALTER TABLE c MODIFY p_id BIGINT NULL;
ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE;
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_p`;
ALTER TABLE `c` MODIFY COLUMN `p_id` INT NULL;
ALTER TABLE `p` MODIFY COLUMN `id` INT NOT NULL;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
--- loss
lossless
may refuse p.id: numbers that do not fit are clipped (strict mode)
discards p.id: numbers that do not fit are clipped (without strict mode)
may refuse c.p_id: numbers that do not fit are clipped (strict mode)
discards c.p_id: numbers that do not fit are clipped (without strict mode)
