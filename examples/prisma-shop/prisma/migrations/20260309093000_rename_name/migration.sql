-- Prisma would drop `name` and add `full_name`; the names are to stay.
ALTER TABLE "customers" RENAME COLUMN "name" TO "full_name";
