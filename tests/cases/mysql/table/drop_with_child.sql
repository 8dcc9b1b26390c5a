-- The foreign keys that pointed to the table were dropped first; all return.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, n INT NULL);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, x INT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 1), (2, 2);
INSERT INTO c VALUES (1, 1, 5), (2, NULL, 6);
--- up
ALTER TABLE c DROP FOREIGN KEY c_p;
DROP INDEX c_p ON c;
ALTER TABLE c DROP COLUMN p_id;
DROP TABLE p;
--- down
CREATE TABLE `p` (
    `id` INT NOT NULL,
    `n` INT NULL,

    PRIMARY KEY (`id`)
);
ALTER TABLE `c` ADD COLUMN `p_id` INT NULL AFTER `id`;
ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
--- loss
lossy
gone c.p_id: the migration dropped the column; it comes back empty
gone p: the migration dropped the table; it comes back empty
