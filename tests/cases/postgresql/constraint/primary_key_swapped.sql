-- Prisma changes a key: dropped and added in one statement.
--- before
CREATE TABLE "Member" ("userId" INTEGER NOT NULL, "teamId" INTEGER NOT NULL, CONSTRAINT "Member_pkey" PRIMARY KEY ("userId","teamId"));
--- rows
INSERT INTO "Member" VALUES (1, 1), (2, 1);
--- up
ALTER TABLE "Member" DROP CONSTRAINT "Member_pkey",
ADD COLUMN     "id" SERIAL NOT NULL,
ADD CONSTRAINT "Member_pkey" PRIMARY KEY ("id");
--- down
ALTER TABLE "Member" DROP CONSTRAINT "Member_pkey";
ALTER TABLE "Member" DROP COLUMN "id";
ALTER TABLE "Member" ADD CONSTRAINT "Member_pkey" PRIMARY KEY ("userId", "teamId");
--- loss
lossless
may refuse Member.Member_pkey: unique again: refused while rows hold the same values
discards Member.id: the values in it
