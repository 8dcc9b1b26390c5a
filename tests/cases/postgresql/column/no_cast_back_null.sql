-- Where no cast leads back, a column that may be empty comes back empty: its values go, and both losses are said.
--- before
CREATE TABLE t (id int PRIMARY KEY, verified timestamp(3));
--- rows
INSERT INTO t VALUES (1, '2026-01-02'), (2, NULL);
--- up
ALTER TABLE t ALTER COLUMN verified TYPE boolean USING verified IS NOT NULL;
--- down
ALTER TABLE "t" ALTER COLUMN "verified" SET DATA TYPE timestamp(3) USING NULL;
--- loss
lossy
discards t.verified: the values in it, which become NULL: no cast leads from boolean back to timestamp(3) without time zone
gone t.verified: timestamp(3) became boolean: what the USING expression did to the values is not undone
