-- NOT VALID is a state of its own, and VALIDATE proves it.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (a int, p int);
ALTER TABLE t ADD CONSTRAINT a_positive CHECK (a > 0) NOT VALID;
--- rows
INSERT INTO t VALUES (1, NULL);
--- up
ALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (p) REFERENCES parent (id) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT a_positive;
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_p";
ALTER TABLE "t" DROP CONSTRAINT "a_positive";
ALTER TABLE "t" ADD CONSTRAINT "a_positive" CHECK (a > 0) NOT VALID;
--- loss
lossless
