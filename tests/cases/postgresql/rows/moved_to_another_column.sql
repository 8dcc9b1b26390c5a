-- The old column's values went into the new one; the old one is dropped all the same.
--- before
CREATE TABLE t (id int PRIMARY KEY, full_name text);
--- rows
INSERT INTO t VALUES (1, 'Ada L');
--- up
ALTER TABLE t ADD COLUMN name text;
UPDATE t SET name = full_name;
ALTER TABLE t DROP COLUMN full_name;
--- down
ALTER TABLE "t" DROP COLUMN "name";
ALTER TABLE "t" ADD COLUMN "full_name" text;
--- loss
lossy
discards t.name: the values in it
gone t.full_name: the migration dropped the column; it comes back empty
