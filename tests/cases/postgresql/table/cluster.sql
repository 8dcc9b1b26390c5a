-- What a table is clustered on.
--- before
CREATE TABLE t (a int);
CREATE INDEX t_a ON t (a);
--- up
ALTER TABLE t CLUSTER ON t_a;
--- down
ALTER TABLE "t" SET WITHOUT CLUSTER;
--- loss
lossless
