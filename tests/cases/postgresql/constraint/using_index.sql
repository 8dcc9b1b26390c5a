-- An index becomes a constraint.
--- before
CREATE TABLE t (a int NOT NULL);
CREATE UNIQUE INDEX t_a ON t (a);
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t ADD CONSTRAINT t_key UNIQUE USING INDEX t_a;
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_key";
CREATE UNIQUE INDEX "t_a" ON "t" ("a");
--- loss
lossless
may refuse t.t_a: unique again: refused while rows hold the same values
