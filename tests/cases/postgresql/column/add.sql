-- Columns that come go again.
--- before
CREATE TABLE "Post" ("id" SERIAL NOT NULL, CONSTRAINT "Post_pkey" PRIMARY KEY ("id"));
--- rows
INSERT INTO "Post" DEFAULT VALUES;
--- up
ALTER TABLE "Post" ADD COLUMN     "slug" TEXT,
ADD COLUMN     "views" INTEGER NOT NULL DEFAULT 0;
--- down
ALTER TABLE "Post" DROP COLUMN "slug";
ALTER TABLE "Post" DROP COLUMN "views";
--- loss
lossless
discards Post.slug: the values in it
discards Post.views: the values in it
