-- An UPDATE over two tables.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY, n INT NULL);
CREATE TABLE c (id INT NOT NULL PRIMARY KEY, p_id INT NULL);
--- rows
INSERT INTO p VALUES (1, 5);
INSERT INTO c VALUES (1, 1);
--- up
ALTER TABLE c ADD COLUMN n INT NULL;
UPDATE c JOIN p ON p.id = c.p_id SET c.n = p.n;
UPDATE p JOIN c ON p.id = c.p_id SET p.n = p.n + 1;
--- down
ALTER TABLE `c` DROP COLUMN `n`;
--- loss
lossy
discards c.n: the values in it
gone p.n: the migration overwrote it
