-- A partition's columns have the names of its parent's, and its own indexes follow.
--- before
CREATE TABLE m (id int NOT NULL, r text NOT NULL, v int) PARTITION BY LIST (r);
CREATE TABLE a PARTITION OF m FOR VALUES IN ('a');
CREATE INDEX a_own ON a (v DESC);
ALTER TABLE m RENAME COLUMN v TO w;
--- rows
INSERT INTO m VALUES (1, 'a', 2);
--- up
DROP TABLE m;
--- down
CREATE TABLE "m" (
    "id" int NOT NULL,
    "r" text NOT NULL,
    "w" int
) PARTITION BY LIST (r);
CREATE TABLE "a" PARTITION OF "m" FOR VALUES IN ('a');
CREATE INDEX "a_own" ON "a" ("w" DESC);
--- loss
lossy
gone a: the migration dropped the table; it comes back empty
gone m: the migration dropped the table; it comes back empty
