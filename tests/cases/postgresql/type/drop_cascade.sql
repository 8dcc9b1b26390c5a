-- CASCADE on a type takes the columns that have it.
--- before
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a int, m mood NOT NULL DEFAULT 'ok');
--- rows
INSERT INTO t VALUES (1, 'sad');
--- up
DROP TYPE mood CASCADE;
--- down
CREATE TYPE "mood" AS ENUM ('sad', 'ok');
ALTER TABLE "t" ADD COLUMN "m" mood NOT NULL DEFAULT 'ok';
--- loss
lossy
gone t.m: the migration dropped the column; it comes back with 'ok' everywhere
