-- Two tables change names in one statement.
--- before
CREATE TABLE a (x INT);
CREATE TABLE b (y INT);
--- rows
INSERT INTO a VALUES (1);
--- up
RENAME TABLE a TO tmp, b TO a, tmp TO b;
--- down
RENAME TABLE `a` TO `a__swap`;
RENAME TABLE `b` TO `a`;
RENAME TABLE `a__swap` TO `b`;
--- loss
lossless
