-- Seconds since 1970 become a time, and are its seconds again.
--- before
CREATE TABLE t (id int PRIMARY KEY, a bigint, b int);
--- rows
INSERT INTO t VALUES (1, 1700000000, 5), (2, NULL, NULL), (3, -7, 2147483647);
--- up
ALTER TABLE t ALTER a TYPE timestamptz USING to_timestamp(a);
ALTER TABLE t ALTER b TYPE timestamptz(3) USING CASE WHEN b IS NOT NULL THEN to_timestamp(b) ELSE NULL END;
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET DATA TYPE bigint USING EXTRACT(EPOCH FROM "a"::timestamp with time zone)::bigint;
ALTER TABLE "t" ALTER COLUMN "b" SET DATA TYPE int USING EXTRACT(EPOCH FROM "b"::timestamp with time zone)::integer;
--- loss
lossless
may refuse t.a: times that have no bigint of seconds
discards t.a: fractions of a second
may refuse t.b: times that have no integer of seconds
discards t.b: fractions of a second
