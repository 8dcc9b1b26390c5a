-- Rows copied from another table stay.
--- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY);
--- rows
INSERT INTO a VALUES (1);
--- up
INSERT INTO b SELECT id FROM a;
--- down
--- loss
lossy
by hand b: the rows that the migration inserted stay: which they are only the database knows
