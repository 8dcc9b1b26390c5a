-- VACUUM, ANALYZE and REINDEX change nothing that is kept.
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
ANALYZE;
REINDEX;
ALTER TABLE "User" ADD COLUMN "x" TEXT;
--- down
ALTER TABLE "User" DROP COLUMN "x";
--- loss
lossless
discards User.x: the values in it
