-- A table that refers to itself.
--- before
CREATE TABLE n (id INT NOT NULL PRIMARY KEY, up INT NULL);
--- rows
INSERT INTO n VALUES (1, NULL), (2, 1);
--- up
ALTER TABLE n ADD CONSTRAINT n_up FOREIGN KEY (up) REFERENCES n (id) ON DELETE CASCADE;
--- down
ALTER TABLE `n` DROP FOREIGN KEY `n_up`;
DROP INDEX `n_up` ON `n`;
--- loss
lossless
