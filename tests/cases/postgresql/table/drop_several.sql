-- Several at once, in whatever order.
--- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a_id int REFERENCES a);
CREATE TABLE c (id int PRIMARY KEY, b int);
--- rows
INSERT INTO c VALUES (1, 2);
--- up
DROP TABLE a, b, c;
--- down
CREATE TABLE "a" (
    "id" int NOT NULL,

    CONSTRAINT "a_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "b" (
    "a_id" int
);
CREATE TABLE "c" (
    "id" int NOT NULL,
    "b" int,

    CONSTRAINT "c_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "b" ADD CONSTRAINT "b_a_id_fkey" FOREIGN KEY ("a_id") REFERENCES "a"("id");
--- loss
lossy
gone a: the migration dropped the table; it comes back empty
gone b: the migration dropped the table; it comes back empty
gone c: the migration dropped the table; it comes back empty
