-- A partitioned table with its partitions, dropped and brought back.
--- before
CREATE TABLE m (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE m_2024 PARTITION OF m FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE m_rest PARTITION OF m DEFAULT;
CREATE INDEX m_v ON m (v);
--- rows
INSERT INTO m VALUES ('2024-05-05', 1), ('2020-01-01', 2);
--- up
DROP TABLE m;
--- down
CREATE TABLE "m" (
    "at" date NOT NULL,
    "v" int
) PARTITION BY RANGE (at);
CREATE TABLE "m_2024" PARTITION OF "m" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "m_rest" PARTITION OF "m" DEFAULT;
CREATE INDEX "m_v" ON "m" ("v");
--- loss
lossy
gone m: the migration dropped the table; it comes back empty
gone m_2024: the migration dropped the table; it comes back empty
gone m_rest: the migration dropped the table; it comes back empty
