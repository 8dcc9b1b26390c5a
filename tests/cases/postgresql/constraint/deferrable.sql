-- Deferrable uniques, and ALTER CONSTRAINT.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (a int, p int, CONSTRAINT t_a UNIQUE (a) DEFERRABLE INITIALLY IMMEDIATE);
ALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (p) REFERENCES parent (id);
--- up
ALTER TABLE t DROP CONSTRAINT t_a;
ALTER TABLE t ALTER CONSTRAINT t_p DEFERRABLE INITIALLY DEFERRED;
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_p";
ALTER TABLE "t" ADD CONSTRAINT "t_a" UNIQUE ("a") DEFERRABLE;
ALTER TABLE "t" ADD CONSTRAINT "t_p" FOREIGN KEY ("p") REFERENCES "parent"("id");
--- loss
lossless
may refuse t.t_a: unique again: refused while rows hold the same values
may refuse t.t_p: the foreign key returns: refused while a row refers to nothing
