-- ON CONFLICT DO UPDATE may have met a row.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x');
--- up
INSERT INTO p (id, n) VALUES (1, 'z') ON CONFLICT (id) DO UPDATE SET n = excluded.n;
--- down
--- loss
lossy
gone p: the migration overwrote rows that were there
