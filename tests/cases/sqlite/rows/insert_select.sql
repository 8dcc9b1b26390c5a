-- Rows come from a query.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
INSERT INTO p (id, n) SELECT id + 100, n FROM p;
--- down
--- loss
lossy
by hand p: the rows that the migration inserted stay: which they are only the database knows
