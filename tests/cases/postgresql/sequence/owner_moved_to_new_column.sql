-- A sequence that a new column took over is freed before the column goes.
--- before
CREATE TABLE t (id serial);
CREATE TABLE u (a int);
--- up
ALTER TABLE u ADD COLUMN b int;
ALTER SEQUENCE t_id_seq OWNED BY u.b;
--- down
ALTER SEQUENCE "t_id_seq" OWNED BY NONE;
ALTER TABLE "u" DROP COLUMN "b";
ALTER SEQUENCE "t_id_seq" OWNED BY "t"."id";
--- loss
lossless
discards u.b: the values in it
