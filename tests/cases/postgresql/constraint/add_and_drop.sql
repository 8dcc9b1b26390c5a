-- Keys, uniques, checks and foreign keys come and go.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (a int NOT NULL, b int, CONSTRAINT positive CHECK (a > 0), CONSTRAINT pair UNIQUE (a, b));
--- rows
INSERT INTO t VALUES (1, NULL), (2, NULL);
--- up
ALTER TABLE t DROP CONSTRAINT positive, DROP CONSTRAINT pair;
ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a);
ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES parent (id) MATCH FULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE t ADD CHECK (b <> a);
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_b_fkey";
ALTER TABLE "t" DROP CONSTRAINT "t_pkey";
ALTER TABLE "t" DROP CONSTRAINT "t_check";
ALTER TABLE "t" ADD CONSTRAINT "pair" UNIQUE ("a", "b");
ALTER TABLE "t" ADD CONSTRAINT "positive" CHECK (a > 0);
--- loss
lossless
may refuse t.pair: unique again: refused while rows hold the same values
may refuse t.positive: the check returns: refused while a row breaks it
