-- A spatial index.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, g POINT NOT NULL);
--- up
CREATE SPATIAL INDEX s ON t (g);
--- down
DROP INDEX `s` ON `t`;
--- loss
lossless
