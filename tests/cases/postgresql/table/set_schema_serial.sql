-- The sequence that a column owns moves with its table.
--- before
CREATE SCHEMA s;
CREATE TABLE t (id serial PRIMARY KEY, x int);
ALTER TABLE t SET SCHEMA s;
--- rows
INSERT INTO s.t VALUES (1, 2);
--- up
DROP TABLE s.t;
--- down
CREATE TABLE "s"."t" (
    "id" SERIAL NOT NULL,
    "x" int,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
--- loss
lossy
gone s.t: the migration dropped the table; it comes back empty
