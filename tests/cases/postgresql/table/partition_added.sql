-- Another partition, and one that is detached.
--- before
CREATE TABLE m (id int, region text) PARTITION BY LIST (region);
CREATE TABLE m_eu PARTITION OF m FOR VALUES IN ('eu');
--- rows
INSERT INTO m VALUES (1, 'eu');
--- up
CREATE TABLE m_us PARTITION OF m FOR VALUES IN ('us', 'ca');
ALTER TABLE m DETACH PARTITION m_eu;
--- down
DROP TABLE "m_us";
ALTER TABLE "m" ATTACH PARTITION "m_eu" FOR VALUES IN ('eu');
--- loss
lossless
discards m_us: the table and the rows in it
