-- Names that need their quotes: capitals, spaces, keywords, quotes.
--- before
CREATE TABLE "Order" ("user" int, "a ""b""" text DEFAULT 'it''s', "größe" int);
--- rows
INSERT INTO "Order" VALUES (1, 'x', 2);
--- up
ALTER TABLE "Order" DROP COLUMN "größe";
ALTER TABLE "Order" RENAME COLUMN "a ""b""" TO "select";
ALTER TABLE "Order" RENAME TO "Or der";
--- down
ALTER TABLE "Or der" RENAME TO "Order";
ALTER TABLE "Order" RENAME COLUMN "select" TO "a ""b""";
ALTER TABLE "Order" ADD COLUMN "größe" int;
--- loss
lossy
gone Order.größe: the migration dropped the column; it comes back empty
