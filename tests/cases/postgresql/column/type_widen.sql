-- A wider type loses nothing; narrower again may refuse what was written since.
--- before
CREATE TABLE t (a int, b varchar(10), c numeric(8,2), d timestamp(3));
--- rows
INSERT INTO t VALUES (1, 'x', 1.25, '2024-01-01 10:00:00.123');
--- up
ALTER TABLE t ALTER COLUMN a TYPE bigint;
ALTER TABLE t ALTER COLUMN b SET DATA TYPE varchar(50);
ALTER TABLE t ALTER COLUMN c TYPE numeric(12,2);
ALTER TABLE t ALTER COLUMN d TYPE timestamp(6);
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE int;
ALTER TABLE "t" ALTER COLUMN "b" SET DATA TYPE varchar(10);
ALTER TABLE "t" ALTER COLUMN "c" SET DATA TYPE numeric(8,2);
ALTER TABLE "t" ALTER COLUMN "d" SET DATA TYPE timestamp(3);
--- loss
lossless
may refuse t.a: numbers out of the range of integer
may refuse t.b: text of more than 10 characters
discards t.b: spaces after 10 characters are cut off
may refuse t.c: numbers that do not fit
discards t.d: fractions of a second after 3 digits are rounded
