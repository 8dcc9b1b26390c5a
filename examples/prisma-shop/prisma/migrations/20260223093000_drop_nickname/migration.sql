-- DropIndex
DROP INDEX "customers_nickname_idx";

-- AlterTable
ALTER TABLE "customers" DROP COLUMN "nickname";

