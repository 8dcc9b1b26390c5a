-- The old one is kept under another name, a new one takes its place and its rows.
--- before
CREATE TABLE t (id int PRIMARY KEY, v text);
--- rows
INSERT INTO t VALUES (1, 'a');
--- up
ALTER TABLE t RENAME TO t_old;
ALTER TABLE t_old RENAME CONSTRAINT t_pkey TO t_old_pkey;
CREATE TABLE t (id bigint PRIMARY KEY, v text);
INSERT INTO t SELECT id, v FROM t_old;
--- down
DROP TABLE "t";
ALTER TABLE "t_old" RENAME TO "t";
ALTER TABLE "t" RENAME CONSTRAINT "t_old_pkey" TO "t_pkey";
--- loss
lossless
discards t: the table and the rows in it
