-- TRUNCATE empties all of them.
--- before
CREATE TABLE a (id int);
CREATE TABLE b (id int);
--- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1);
--- up
TRUNCATE a, b;
--- down
--- loss
lossy
gone a: the migration emptied it
gone b: the migration emptied it
