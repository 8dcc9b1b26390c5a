-- A fraction in binary does not fit two digits.
--- before
CREATE TABLE t (price double precision);
--- rows
INSERT INTO t VALUES (1.005), (2);
--- up
ALTER TABLE t ALTER COLUMN price TYPE numeric(10,2);
--- down
ALTER TABLE "t" ALTER COLUMN "price" SET DATA TYPE double precision;
--- loss
lossy
gone t.price: double precision became numeric(10,2): digits after the first 15 are rounded
