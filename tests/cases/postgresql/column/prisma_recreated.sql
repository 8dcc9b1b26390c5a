-- Prisma drops a column and adds it with another type.
--- before
CREATE TABLE "Item" ("id" SERIAL NOT NULL, "price" INTEGER NOT NULL, "name" TEXT, CONSTRAINT "Item_pkey" PRIMARY KEY ("id"));
--- rows
-- None: the migration refuses them.
--- up
/*
  Warnings:

  - Changed the type of `price` on the `Item` table. No cast exists.
*/
-- AlterTable
ALTER TABLE "Item" DROP COLUMN "price",
ADD COLUMN     "price" DECIMAL(65,30) NOT NULL;
--- down
ALTER TABLE "Item" DROP COLUMN "price";
ALTER TABLE "Item" ADD COLUMN "price" INTEGER NOT NULL;
--- loss
lossy
approximate Item.price: PostgreSQL can't put a column back in its place: it comes last
may refuse Item.price: NOT NULL without a default: refused while the table has rows
discards Item.price: the values in it
gone Item.price: the migration dropped the column; it comes back empty
