-- Two tables change names.
--- before
CREATE TABLE a (x INTEGER);
CREATE TABLE b (y TEXT);
--- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES ('y');
--- up
ALTER TABLE a RENAME TO tmp;
ALTER TABLE b RENAME TO a;
ALTER TABLE tmp RENAME TO b;
--- down
ALTER TABLE "a" RENAME TO "a__swap";
ALTER TABLE "b" RENAME TO "a";
ALTER TABLE "a__swap" RENAME TO "b";
--- loss
lossless
