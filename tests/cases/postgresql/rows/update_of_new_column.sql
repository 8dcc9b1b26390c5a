-- A column that the migration added may be filled as it likes.
--- before
CREATE TABLE t (id int PRIMARY KEY, name text);
--- rows
INSERT INTO t VALUES (1, 'a');
--- up
ALTER TABLE t ADD COLUMN slug text;
UPDATE t SET slug = lower(name);
ALTER TABLE t ALTER COLUMN slug SET NOT NULL;
--- down
ALTER TABLE "t" DROP COLUMN "slug";
--- loss
lossless
discards t.slug: the values in it
