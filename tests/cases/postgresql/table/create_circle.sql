-- Two tables that refer to each other.
--- before
--- up
CREATE TABLE a (id int PRIMARY KEY, b_id int);
CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a (id));
ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id);
--- down
ALTER TABLE "b" DROP CONSTRAINT "b_a_id_fkey";
DROP TABLE "a";
DROP TABLE "b";
--- loss
lossless
discards a: the table and the rows in it
discards b: the table and the rows in it
