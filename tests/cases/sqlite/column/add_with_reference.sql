-- A column with a foreign key goes again.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE SET NULL ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (1, 1), (2, NULL);
--- up
ALTER TABLE "p" ADD COLUMN "c_id" INTEGER REFERENCES "c" ("id") ON DELETE CASCADE;
--- down
ALTER TABLE "p" DROP COLUMN "c_id";
--- loss
lossless
discards p.c_id: the values in it
