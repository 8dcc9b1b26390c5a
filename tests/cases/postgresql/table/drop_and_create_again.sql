-- Another table takes the name.
--- before
CREATE TABLE t (id serial PRIMARY KEY, a text);
CREATE INDEX t_a ON t (a);
--- rows
INSERT INTO t (a) VALUES ('x');
--- up
DROP TABLE t;
CREATE TABLE t (id uuid PRIMARY KEY, b int);
CREATE INDEX t_a ON t (b);
--- down
DROP TABLE "t";
CREATE TABLE "t" (
    "id" SERIAL NOT NULL,
    "a" text,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "t_a" ON "t" ("a");
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
discards t: the table and the rows in it
