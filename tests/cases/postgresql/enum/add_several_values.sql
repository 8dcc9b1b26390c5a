-- Prisma adds several, one statement each.
--- before
CREATE TYPE "Plan" AS ENUM ('FREE');
CREATE TABLE "Team" ("id" INTEGER NOT NULL, "plan" "Plan" NOT NULL DEFAULT 'FREE', CONSTRAINT "Team_pkey" PRIMARY KEY ("id"));
CREATE TABLE "Offer" ("plans" "Plan"[]);
--- rows
INSERT INTO "Team" VALUES (1, 'FREE');
INSERT INTO "Offer" VALUES ('{FREE}');
--- up
-- AlterEnum
-- This migration adds more than one value to an enum.
ALTER TYPE "Plan" ADD VALUE 'PRO';
ALTER TYPE "Plan" ADD VALUE 'GOLD';
--- down
ALTER TYPE "Plan" RENAME TO "Plan_old";
CREATE TYPE "Plan" AS ENUM ('FREE');
ALTER TABLE "Offer" ALTER COLUMN "plans" SET DATA TYPE "Plan"[] USING ("plans"::text[]::"Plan"[]);
ALTER TABLE "Team" ALTER COLUMN "plan" DROP DEFAULT;
ALTER TABLE "Team" ALTER COLUMN "plan" SET DATA TYPE "Plan" USING ("plan"::text::"Plan");
ALTER TABLE "Team" ALTER COLUMN "plan" SET DEFAULT 'FREE';
DROP TYPE "Plan_old";
--- loss
lossless
may refuse Plan: 'PRO', 'GOLD' goes again: refused while a row holds it
