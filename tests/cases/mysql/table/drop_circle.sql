-- Two tables that refer to each other go and return.
--- before
SELECT 1;
--- up
CREATE TABLE a (id INT PRIMARY KEY, b_id INT);
CREATE TABLE b (id INT PRIMARY KEY, a_id INT, FOREIGN KEY (a_id) REFERENCES a (id));
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);
--- down
ALTER TABLE `a` DROP FOREIGN KEY `a_ibfk_1`;
DROP TABLE `b`;
DROP TABLE `a`;
--- loss
lossless
discards a: the table and the rows in it
discards b: the table and the rows in it
