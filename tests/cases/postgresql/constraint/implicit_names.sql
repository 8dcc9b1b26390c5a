-- Names that nobody wrote, and the number that a clash gives them.
--- before
CREATE TABLE t (a int, b int);
--- up
ALTER TABLE t ADD UNIQUE (a, b);
ALTER TABLE t ADD CHECK (a > 0);
ALTER TABLE t ADD CHECK (a > 1);
ALTER TABLE t ADD CHECK (a + b > 1);
CREATE INDEX ON t (a);
CREATE INDEX ON t (a);
CREATE INDEX ON t (lower(b::text), a);
ALTER TABLE t ADD PRIMARY KEY (b);
--- down
DROP INDEX "t_a_idx";
DROP INDEX "t_a_idx1";
DROP INDEX "t_lower_a_idx";
ALTER TABLE "t" DROP CONSTRAINT "t_a_b_key";
ALTER TABLE "t" DROP CONSTRAINT "t_a_check";
ALTER TABLE "t" DROP CONSTRAINT "t_a_check1";
ALTER TABLE "t" DROP CONSTRAINT "t_check";
ALTER TABLE "t" DROP CONSTRAINT "t_pkey";
ALTER TABLE "t" ALTER COLUMN "b" DROP NOT NULL;
--- loss
lossless
