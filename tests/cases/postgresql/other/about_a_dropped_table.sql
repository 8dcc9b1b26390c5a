-- Rules and statistics go with their table, and come back after it.
--- before
CREATE TABLE t (id int PRIMARY KEY, n int, m int);
CREATE STATISTICS st (dependencies) ON n, m FROM t;
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "id" int NOT NULL,
    "n" int,
    "m" int,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE STATISTICS st (dependencies) ON n, m FROM t;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
