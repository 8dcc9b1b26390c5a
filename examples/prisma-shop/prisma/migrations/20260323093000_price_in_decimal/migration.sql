-- AlterTable
ALTER TABLE "products" ADD COLUMN "price" DECIMAL(10,2);

UPDATE "products" SET "price" = "cents" / 100.0;

-- AlterTable
ALTER TABLE "products" ALTER COLUMN "price" SET NOT NULL,
DROP COLUMN "cents";
