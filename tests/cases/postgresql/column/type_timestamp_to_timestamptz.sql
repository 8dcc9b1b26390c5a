-- The session's time zone decides; the way back has the same.
--- before
CREATE TABLE t (at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
--- rows
INSERT INTO t VALUES ('2024-06-01 12:00:00.123');
--- up
ALTER TABLE t ALTER COLUMN at TYPE timestamptz(3) USING at AT TIME ZONE 'UTC';
--- down
ALTER TABLE "t" ALTER COLUMN "at" DROP DEFAULT;
ALTER TABLE "t" ALTER COLUMN "at" SET DATA TYPE timestamp(3) USING "at" AT TIME ZONE 'UTC';
ALTER TABLE "t" ALTER COLUMN "at" SET DEFAULT CURRENT_TIMESTAMP;
--- loss
lossless
