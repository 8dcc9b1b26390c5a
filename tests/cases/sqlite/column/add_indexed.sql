-- A column with an index goes again, the index first.
--- before
CREATE TABLE "User" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "email" TEXT NOT NULL,
    "name" TEXT,
    "age" INTEGER
);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
--- rows
INSERT INTO "User" VALUES (1, 'a@x.org', 'Ann', 30), (7, 'b@x.org', NULL, NULL);
--- up
ALTER TABLE "User" ADD COLUMN "slug" TEXT;
CREATE UNIQUE INDEX "User_slug_key" ON "User"("slug");
--- down
DROP INDEX "User_slug_key";
ALTER TABLE "User" DROP COLUMN "slug";
--- loss
lossless
discards User.slug: the values in it
