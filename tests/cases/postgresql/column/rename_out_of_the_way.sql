-- The old column steps aside for a new one of its name.
--- before
CREATE TABLE t (id int PRIMARY KEY, price int);
--- rows
INSERT INTO t VALUES (1, 250);
--- up
ALTER TABLE t RENAME COLUMN price TO price_old;
ALTER TABLE t ADD COLUMN price numeric(10,2);
UPDATE t SET price = price_old / 100.0;
--- down
ALTER TABLE "t" DROP COLUMN "price";
ALTER TABLE "t" RENAME COLUMN "price_old" TO "price";
--- loss
lossless
discards t.price: the values in it
