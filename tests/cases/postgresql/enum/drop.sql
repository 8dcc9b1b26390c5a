-- A type that goes with its last column.
--- before
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TABLE t (a int, m mood[] DEFAULT '{}');
--- rows
INSERT INTO t VALUES (1, '{sad}');
--- up
ALTER TABLE t DROP COLUMN m;
DROP TYPE mood;
--- down
CREATE TYPE "mood" AS ENUM ('sad', 'it''s ok', 'happy');
ALTER TABLE "t" ADD COLUMN "m" mood[] DEFAULT '{}';
--- loss
lossy
gone t.m: the migration dropped the column; it comes back with '{}' everywhere
