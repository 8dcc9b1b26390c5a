-- A table that refers to itself is dropped.
--- before
CREATE TABLE n (id INT NOT NULL PRIMARY KEY, up INT NULL, CONSTRAINT n_up FOREIGN KEY (up) REFERENCES n (id) ON DELETE CASCADE);
--- rows
INSERT INTO n VALUES (1, NULL), (2, 1);
--- up
DROP TABLE n;
--- down
CREATE TABLE `n` (
    `id` INT NOT NULL,
    `up` INT NULL,

    PRIMARY KEY (`id`)
);
ALTER TABLE `n` ADD CONSTRAINT `n_up` FOREIGN KEY (`up`) REFERENCES `n`(`id`) ON DELETE CASCADE;
--- loss
lossy
gone n: the migration dropped the table; it comes back empty
