-- PRAGMA foreign_keys does nothing inside BEGIN and COMMIT.
--- before
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INT REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1);
--- up
BEGIN;
PRAGMA foreign_keys=OFF;
CREATE TABLE q (id INTEGER PRIMARY KEY, n TEXT);
INSERT INTO q (id) SELECT id FROM p;
DROP TABLE p;
ALTER TABLE q RENAME TO p;
COMMIT;
--- down
ALTER TABLE "p" DROP COLUMN "n";
--- loss
lossy
discards p.n: the values in it
gone c: dropping p with foreign keys on deleted the rows that refer to it (ON DELETE CASCADE)
