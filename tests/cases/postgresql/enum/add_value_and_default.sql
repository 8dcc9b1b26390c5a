-- The new value becomes the default at once.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (s status DEFAULT 'new', id int);
--- rows
INSERT INTO t VALUES ('new', 1);
--- up
ALTER TYPE status ADD VALUE 'fresh' BEFORE 'new';
ALTER TABLE t ALTER COLUMN s SET DEFAULT 'fresh';
--- down
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'new';
DROP TYPE "status_old";
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'new';
--- loss
lossless
may refuse status: 'fresh' goes again: refused while a row holds it
