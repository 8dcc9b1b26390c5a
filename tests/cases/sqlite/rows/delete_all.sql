-- A table is emptied.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
DELETE FROM c;
--- down
--- loss
lossy
gone c: the migration deleted all rows
