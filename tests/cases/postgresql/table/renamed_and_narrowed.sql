-- What is counted is counted under the names of today.
--- before
CREATE TABLE t (id int PRIMARY KEY, a varchar(5) NOT NULL);
CREATE UNIQUE INDEX t_a ON t (a);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
ALTER TABLE t RENAME TO u;
ALTER TABLE u RENAME COLUMN a TO b;
ALTER TABLE u ALTER COLUMN b TYPE varchar(10), ALTER COLUMN b DROP NOT NULL;
DROP INDEX t_a;
--- down
ALTER TABLE "u" RENAME TO "t";
ALTER TABLE "t" RENAME COLUMN "b" TO "a";
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE varchar(5);
ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL;
CREATE UNIQUE INDEX "t_a" ON "t" ("a");
--- loss
lossless
may refuse t.a: text of more than 5 characters
may refuse t.a: NOT NULL returns: refused while a row holds NULL
discards t.a: spaces after 5 characters are cut off
may refuse t.t_a: unique again: refused while rows hold the same values
