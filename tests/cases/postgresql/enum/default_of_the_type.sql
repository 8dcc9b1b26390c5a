-- A column that was of the enum and is text now has a default of it still: it steps aside while the type is made anew.
--- before
CREATE TYPE "Kind" AS ENUM ('a', 'b');
CREATE TABLE t (id int PRIMARY KEY, k "Kind" NOT NULL DEFAULT 'a', other "Kind" DEFAULT 'b');
ALTER TABLE t ALTER COLUMN k TYPE text;
ALTER TYPE "Kind" RENAME TO "Sort";
--- up
ALTER TYPE "Sort" ADD VALUE 'c';
--- down
ALTER TABLE "t" ALTER COLUMN "k" DROP DEFAULT;
ALTER TYPE "Sort" RENAME TO "Sort_old";
CREATE TYPE "Sort" AS ENUM ('a', 'b');
ALTER TABLE "t" ALTER COLUMN "other" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "other" SET DATA TYPE "Sort" USING ("other"::text::"Sort");
ALTER TABLE "t" ALTER COLUMN "other" SET DEFAULT 'b';
ALTER TABLE "t" ALTER COLUMN "k" SET DEFAULT 'a'::"Sort";
DROP TYPE "Sort_old";
--- loss
lossless
may refuse Sort: 'c' goes again: refused while a row holds it
