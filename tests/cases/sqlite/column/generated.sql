-- Generated columns come and go.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g INTEGER GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t (id, a) VALUES (1, 4);
--- up
ALTER TABLE t ADD COLUMN v INTEGER GENERATED ALWAYS AS (a + 1) VIRTUAL;
CREATE INDEX t_v ON t (v);
--- down
DROP INDEX "t_v";
ALTER TABLE "t" DROP COLUMN "v";
--- loss
lossless
