-- Indexes over expressions and with conditions go again.
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
CREATE INDEX u_low ON "User" (lower("email") COLLATE NOCASE DESC);
CREATE UNIQUE INDEX IF NOT EXISTS u_adult ON "User" ("name") WHERE "age" >= 18;
--- down
DROP INDEX "u_low";
DROP INDEX "u_adult";
--- loss
lossless
