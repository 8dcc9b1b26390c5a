-- Of two keys over the same columns CREATE TABLE would make one, so the second comes back apart.
--- before
CREATE TABLE t (id int PRIMARY KEY, a int);
ALTER TABLE t ADD CONSTRAINT t_id_unique UNIQUE (id);
--- rows
INSERT INTO t VALUES (1, 2);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "id" int NOT NULL,
    "a" int,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "t" ADD CONSTRAINT "t_id_unique" UNIQUE ("id");
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
