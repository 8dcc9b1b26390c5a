-- NULLS NOT DISTINCT and INCLUDE in a unique constraint.
--- before
CREATE TABLE t (a int, b int, c int, CONSTRAINT t_a UNIQUE NULLS NOT DISTINCT (a), CONSTRAINT t_b UNIQUE (b) INCLUDE (c));
--- up
ALTER TABLE t DROP CONSTRAINT t_a, DROP CONSTRAINT t_b;
--- down
ALTER TABLE "t" ADD CONSTRAINT "t_a" UNIQUE NULLS NOT DISTINCT ("a");
ALTER TABLE "t" ADD CONSTRAINT "t_b" UNIQUE ("b") INCLUDE ("c");
--- loss
lossless
may refuse t.t_a: unique again: refused while rows hold the same values
may refuse t.t_b: unique again: refused while rows hold the same values
