-- Rows of a table that is new go with it.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
CREATE TABLE kinds (k TEXT NOT NULL PRIMARY KEY);
INSERT INTO kinds VALUES ('a'), ('b');
INSERT INTO kinds SELECT DISTINCT n FROM p WHERE n IS NOT NULL;
--- down
DROP TABLE "kinds";
--- loss
lossless
discards kinds: the table and the rows in it
