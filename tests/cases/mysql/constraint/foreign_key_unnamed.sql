-- The name that the server gave is used.
--- before
CREATE TABLE p (id INT PRIMARY KEY);
CREATE TABLE c (id INT PRIMARY KEY, a INT);
--- up
ALTER TABLE c ADD FOREIGN KEY (a) REFERENCES p (id), ADD INDEX mine (a);
--- down
ALTER TABLE `c` DROP FOREIGN KEY `c_ibfk_1`;
DROP INDEX `mine` ON `c`;
--- loss
lossless
