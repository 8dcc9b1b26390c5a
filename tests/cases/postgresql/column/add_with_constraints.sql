-- What comes with a column goes with it: its sequence, key, check and foreign key.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (a int);
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t ADD COLUMN id serial PRIMARY KEY;
ALTER TABLE t ADD COLUMN p int REFERENCES parent, ADD COLUMN q int UNIQUE CHECK (q > 1);
--- down
ALTER TABLE "t" DROP CONSTRAINT "t_p_fkey";
ALTER TABLE "t" DROP CONSTRAINT "t_pkey";
ALTER TABLE "t" DROP CONSTRAINT "t_q_key";
ALTER TABLE "t" DROP CONSTRAINT "t_q_check";
ALTER TABLE "t" DROP COLUMN "id";
ALTER TABLE "t" DROP COLUMN "p";
ALTER TABLE "t" DROP COLUMN "q";
--- loss
lossless
discards t.id: the values in it
discards t.p: the values in it
discards t.q: the values in it
