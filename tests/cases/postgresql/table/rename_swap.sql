-- Two tables swap names; one has to step aside on the way back too.
--- before
CREATE TABLE a (x int);
CREATE TABLE b (y text);
--- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES ('b');
--- up
ALTER TABLE a RENAME TO c;
ALTER TABLE b RENAME TO a;
ALTER TABLE c RENAME TO b;
--- down
ALTER TABLE "a" RENAME TO "a__swap";
ALTER TABLE "b" RENAME TO "a";
ALTER TABLE "a__swap" RENAME TO "b";
--- loss
lossless
