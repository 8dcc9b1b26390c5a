-- A DELETE takes children along.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1), (2);
INSERT INTO c VALUES (1, 1), (2, 2);
--- up
DELETE FROM p WHERE id = 1;
--- down
--- loss
lossy
gone c: deleting rows of p deleted those that refer to them (ON DELETE CASCADE)
gone p: the migration deleted the rows where id = 1
