-- An UPDATE inside a DO block.
--- before
CREATE TABLE t (id int PRIMARY KEY, n int);
--- rows
INSERT INTO t VALUES (1, 1);
--- up
DO $$ BEGIN UPDATE t SET n = n + 1; END $$;
--- down
--- loss
lossy
gone t.n: the migration overwrote it
