-- jsonb forgets white space, the order of keys and repeated ones.
--- before
CREATE TABLE t (j json);
--- rows
INSERT INTO t VALUES ('{"b": 1,   "a": 2}');
--- up
ALTER TABLE t ALTER COLUMN j TYPE jsonb;
--- down
ALTER TABLE "t" ALTER COLUMN "j" SET DATA TYPE json;
--- loss
lossy
gone t.j: json became jsonb: JSON loses its white space, the order of its keys and keys that occur twice
