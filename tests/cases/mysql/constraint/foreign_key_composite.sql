-- Two columns refer to two columns.
--- before
CREATE TABLE p (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b));
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, a INT NULL, b INT NULL);
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1, 1, 2);
--- up
ALTER TABLE c ADD CONSTRAINT c_ab FOREIGN KEY (a, b) REFERENCES p (a, b) ON UPDATE CASCADE;
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_ab`;
DROP INDEX `c_ab` ON `c`;
--- loss
lossless
