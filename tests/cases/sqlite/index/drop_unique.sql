-- A unique index goes; rows may forbid that it returns.
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
DROP INDEX "User_email_key";
CREATE INDEX "User_email_idx" ON "User"("email");
--- down
DROP INDEX "User_email_idx";
CREATE UNIQUE INDEX "User_email_key" ON "User" ("email");
--- loss
lossless
may refuse User.User_email_key: unique again: refused while rows hold the same values
