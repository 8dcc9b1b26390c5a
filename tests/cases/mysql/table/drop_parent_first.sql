-- Checks of foreign keys are off while parent and child go.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NOT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (4, 1);
--- up
SET FOREIGN_KEY_CHECKS = 0;
DROP TABLE p, c;
SET FOREIGN_KEY_CHECKS = 1;
--- down
CREATE TABLE `c` (
    `id` INT NOT NULL,
    `p_id` INT NOT NULL,

    PRIMARY KEY (`id`)
);
CREATE TABLE `p` (
    `id` INT NOT NULL,

    PRIMARY KEY (`id`)
);
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE CASCADE;
--- loss
lossy
gone c: the migration dropped the table; it comes back empty
gone p: the migration dropped the table; it comes back empty
