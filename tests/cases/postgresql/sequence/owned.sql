-- A sequence gets an owner, and the column its default.
--- before
CREATE TABLE t (id int PRIMARY KEY, a text);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
CREATE SEQUENCE t_id_seq OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('t_id_seq');
--- down
ALTER TABLE "t" ALTER COLUMN "id" DROP DEFAULT;
DROP SEQUENCE "t_id_seq";
--- loss
lossless
