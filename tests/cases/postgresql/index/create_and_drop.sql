-- Indexes come and go.
--- before
CREATE TABLE "User" ("id" int, "email" text, "name" text);
CREATE INDEX "User_name_idx" ON "User"("name");
--- rows
INSERT INTO "User" VALUES (1, 'a', 'b');
--- up
-- DropIndex
DROP INDEX "User_name_idx";

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");
--- down
DROP INDEX "User_email_key";
CREATE INDEX "User_name_idx" ON "User" ("name");
--- loss
lossless
