-- The identity of a dropped table starts anew with it.
--- before
CREATE TABLE t (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, a text);
--- rows
INSERT INTO t (a) VALUES ('x');
--- up
DROP TABLE IF EXISTS t;
--- down
CREATE TABLE "t" (
    "id" int GENERATED ALWAYS AS IDENTITY NOT NULL,
    "a" text,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
