-- Prisma's table between two models.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
CREATE TABLE "_cTop" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,
    CONSTRAINT "_cTop_A_fkey" FOREIGN KEY ("A") REFERENCES "c" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "_cTop_B_fkey" FOREIGN KEY ("B") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "_cTop_AB_unique" ON "_cTop"("A", "B");
CREATE INDEX "_cTop_B_index" ON "_cTop"("B");
--- down
DROP TABLE "_cTop";
--- loss
lossless
discards _cTop: the table and the rows in it
