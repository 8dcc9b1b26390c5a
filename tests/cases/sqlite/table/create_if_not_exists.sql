-- IF NOT EXISTS over a table that is there makes nothing.
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
CREATE TABLE IF NOT EXISTS "User" ("id" INTEGER);
CREATE TABLE IF NOT EXISTS "Tag" ("id" INTEGER NOT NULL PRIMARY KEY);
--- down
DROP TABLE "Tag";
--- loss
lossless
discards Tag: the table and the rows in it
