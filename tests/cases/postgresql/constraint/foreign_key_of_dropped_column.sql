-- A foreign key over a column that comes back empty refuses nothing.
--- before
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, p_id int UNIQUE REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1), (2, NULL);
--- up
ALTER TABLE c DROP COLUMN p_id;
--- down
ALTER TABLE "c" ADD COLUMN "p_id" int;
ALTER TABLE "c" ADD CONSTRAINT "c_p_id_key" UNIQUE ("p_id");
ALTER TABLE "c" ADD CONSTRAINT "c_p_id_fkey" FOREIGN KEY ("p_id") REFERENCES "p"("id");
--- loss
lossy
gone c.p_id: the migration dropped the column; it comes back empty
