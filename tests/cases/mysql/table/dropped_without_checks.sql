-- What others refer to was dropped without the checks, and goes so.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, x INT);
CREATE TABLE c (p_id INT, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1, 5);
--- up
SET FOREIGN_KEY_CHECKS = 0;
DROP TABLE p;
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
SET FOREIGN_KEY_CHECKS = 1;
--- down
SET @foreign_key_checks_before = @@SESSION.foreign_key_checks, SESSION foreign_key_checks = 0;
DROP TABLE `p`;
CREATE TABLE `p` (
    `id` INT NOT NULL,
    `x` INT NULL,

    PRIMARY KEY (`id`)
);
SET SESSION foreign_key_checks = @foreign_key_checks_before;
--- loss
lossy
gone p: the migration dropped the table; it comes back empty
discards p: the table and the rows in it
