-- An identity column that returns keeps its options.
--- before
CREATE TABLE t (name text, id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5));
--- rows
INSERT INTO t (name) VALUES ('a'), ('b');
DELETE FROM t WHERE id = 100;
--- up
ALTER TABLE t DROP COLUMN id;
--- down
ALTER TABLE "t" ADD COLUMN "id" bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY 5 START WITH 100) NOT NULL;
--- loss
lossy
gone t.id: the migration dropped the column; it comes back numbered anew
