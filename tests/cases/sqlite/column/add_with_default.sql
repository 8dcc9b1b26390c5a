-- A column with a default, a check and a collation goes again.
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
ALTER TABLE "User" ADD COLUMN "role" TEXT COLLATE NOCASE NOT NULL DEFAULT 'user' CHECK ("role" IN ('user', 'admin'));
--- down
ALTER TABLE "User" DROP COLUMN "role";
--- loss
lossless
discards User.role: the values in it
