-- Rows that others refer to stay.
--- before
CREATE TABLE p (id INT PRIMARY KEY);
CREATE TABLE c (id INT PRIMARY KEY, p_id INT, FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1);
--- up
INSERT INTO p VALUES (5);
INSERT INTO c VALUES (50, 5);
--- down
DELETE FROM `c` WHERE `id` IN (50);
DELETE FROM `p` WHERE `id` IN (5)
    AND NOT EXISTS (SELECT 1 FROM `c` WHERE `c`.`p_id` = `p`.`id`);
--- loss
lossless
discards p: the rows that the migration inserted, with what was changed in them since; those that rows of c refer to stay
discards c: the rows that the migration inserted, with what was changed in them since
