-- INSERT OR REPLACE may have met a row.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (9, 'x');
--- up
INSERT OR REPLACE INTO p (id, n) VALUES (9, 'z');
--- down
--- loss
lossy
gone c: deleting rows of p deleted those that refer to them (ON DELETE CASCADE)
gone p: the migration overwrote rows that were there
