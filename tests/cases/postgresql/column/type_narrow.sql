-- A narrower varchar cuts nothing (it refuses), fewer fractions of a second do.
--- before
CREATE TABLE t (d timestamp(6));
--- rows
INSERT INTO t VALUES ('2024-01-01 10:00:00.123456');
--- up
ALTER TABLE t ALTER COLUMN d TYPE timestamp(3);
--- down
ALTER TABLE "t" ALTER COLUMN "d" SET DATA TYPE timestamp(6);
--- loss
lossy
gone t.d: timestamp(6) became timestamp(3): fractions of a second after 3 digits are rounded
