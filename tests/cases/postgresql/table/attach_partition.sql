-- A table becomes a partition.
--- before
CREATE TABLE m (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE m1 (id int NOT NULL, at date NOT NULL);
--- rows
INSERT INTO m1 VALUES (1, '2024-01-05');
--- up
ALTER TABLE m ATTACH PARTITION m1 FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
--- down
ALTER TABLE "m" DETACH PARTITION "m1";
--- loss
lossless
