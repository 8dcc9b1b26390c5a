-- What nobody named is dropped by the name that PostgreSQL gave it.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (id serial PRIMARY KEY, p int REFERENCES parent, q int UNIQUE, r int CHECK (r > 0));
--- rows
INSERT INTO t (q, r) VALUES (1, 1), (2, 2);
--- up
ALTER TABLE t DROP CONSTRAINT t_p_fkey, DROP CONSTRAINT t_q_key, DROP CONSTRAINT t_r_check;
--- down
ALTER TABLE "t" ADD CONSTRAINT "t_q_key" UNIQUE ("q");
ALTER TABLE "t" ADD CONSTRAINT "t_r_check" CHECK (r > 0);
ALTER TABLE "t" ADD CONSTRAINT "t_p_fkey" FOREIGN KEY ("p") REFERENCES "parent"("id");
--- loss
lossless
may refuse t.t_p_fkey: the foreign key returns: refused while a row refers to nothing
may refuse t.t_q_key: unique again: refused while rows hold the same values
may refuse t.t_r_check: the check returns: refused while a row breaks it
