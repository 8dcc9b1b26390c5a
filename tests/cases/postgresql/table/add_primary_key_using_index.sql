-- An index becomes the key; NOT NULL comes with it.
--- before
CREATE TABLE t (a int);
CREATE UNIQUE INDEX t_a ON t (a);
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY USING INDEX t_a;
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_pk";
ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL;
CREATE UNIQUE INDEX "t_a" ON "t" ("a");
--- loss
lossless
may refuse t.t_a: unique again: refused while rows hold the same values
