-- A default that can't be cast has to step aside.
--- before
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (m text NOT NULL DEFAULT 'ok');
--- rows
INSERT INTO t VALUES ('sad');
--- up
ALTER TABLE t ALTER COLUMN m DROP DEFAULT;
ALTER TABLE t ALTER COLUMN m TYPE mood USING m::mood;
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'ok';
--- down
ALTER TABLE "t" ALTER COLUMN "m" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "m" SET DATA TYPE text;
ALTER TABLE "t" ALTER COLUMN "m" SET DEFAULT 'ok';
--- loss
lossless
