-- A serial column that returns brings its sequence, and numbers its rows.
--- before
CREATE TABLE t (name text, id serial);
--- rows
INSERT INTO t (name) VALUES ('a'), ('b');
DELETE FROM t WHERE id = 1;
--- up
ALTER TABLE t DROP COLUMN id;
--- down
ALTER TABLE "t" ADD COLUMN "id" SERIAL NOT NULL;
--- loss
lossy
gone t.id: the migration dropped the column; it comes back with nextval('t_id_seq'::regclass) everywhere
