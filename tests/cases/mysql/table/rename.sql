-- RENAME TABLE and ALTER TABLE .. RENAME, with the names that the server gave.
--- before
CREATE TABLE p (id INT PRIMARY KEY);
CREATE TABLE c (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1);
--- up
RENAME TABLE c TO d;
ALTER TABLE p RENAME TO q;
--- down
RENAME TABLE `d` TO `c`;
RENAME TABLE `q` TO `p`;
--- loss
lossless
