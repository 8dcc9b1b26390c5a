-- The type of a serial's column and of its sequence are two things.
--- before
CREATE TABLE t (id serial PRIMARY KEY);
--- rows
INSERT INTO t DEFAULT VALUES;
--- up
ALTER TABLE t ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE t_id_seq AS bigint;
--- down
ALTER SEQUENCE "t_id_seq" AS integer;
ALTER TABLE "t" ALTER COLUMN "id" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "id" SET DATA TYPE integer;
ALTER TABLE "t" ALTER COLUMN "id" SET DEFAULT nextval('t_id_seq'::regclass);
--- loss
lossless
may refuse t.id: numbers out of the range of integer
