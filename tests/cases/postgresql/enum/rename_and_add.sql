-- One value is renamed, another added.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (s status DEFAULT 'new');
--- rows
INSERT INTO t VALUES ('new'), ('done');
--- up
ALTER TYPE status RENAME VALUE 'new' TO 'fresh';
ALTER TYPE status ADD VALUE 'old';
--- down
ALTER TYPE "status" RENAME VALUE 'fresh' TO 'new';
ALTER TYPE "status" RENAME TO "status_old";
CREATE TYPE "status" AS ENUM ('new', 'done');
ALTER TABLE "t" ALTER COLUMN "s" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "s" SET DATA TYPE "status" USING ("s"::text::"status");
ALTER TABLE "t" ALTER COLUMN "s" SET DEFAULT 'new';
DROP TYPE "status_old";
--- loss
lossless
may refuse status: 'old' goes again: refused while a row holds it
