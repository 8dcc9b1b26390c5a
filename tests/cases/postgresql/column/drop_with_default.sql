-- A dropped column with a default comes back filled with it, not with what was there.
--- before
CREATE TABLE "User" ("id" SERIAL NOT NULL, "plan" TEXT NOT NULL DEFAULT 'free', CONSTRAINT "User_pkey" PRIMARY KEY ("id"));
--- rows
INSERT INTO "User" ("plan") VALUES ('free'), ('gold');
--- up
ALTER TABLE "User" DROP COLUMN "plan";
--- down
ALTER TABLE "User" ADD COLUMN "plan" TEXT NOT NULL DEFAULT 'free';
--- loss
lossy
gone User.plan: the migration dropped the column; it comes back with 'free' everywhere
