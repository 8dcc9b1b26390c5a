-- With foreign keys on, the children go with the parent.
--- before
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INT REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1);
--- up
DROP TABLE p;
--- down
CREATE TABLE "p" (
    "id" INTEGER PRIMARY KEY
);
--- loss
lossy
gone c: dropping p with foreign keys on deleted the rows that refer to it (ON DELETE CASCADE)
gone p: the migration dropped the table; it comes back empty
