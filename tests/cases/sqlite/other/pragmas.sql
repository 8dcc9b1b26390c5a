-- PRAGMAs around a migration are no change.
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
PRAGMA journal_mode=MEMORY;
PRAGMA user_version=3;
ALTER TABLE "User" ADD COLUMN "x" TEXT;
PRAGMA optimize;
--- down
ALTER TABLE "User" DROP COLUMN "x";
--- loss
lossless
discards User.x: the values in it
