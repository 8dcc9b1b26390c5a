-- A partitioned table returns with its partitions.
--- before
CREATE TABLE hits (id BIGINT NOT NULL, day DATE NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);
--- rows
INSERT INTO hits VALUES (1, '2019-01-01'), (2, '2024-01-01');
--- up
DROP TABLE hits;
--- down
CREATE TABLE `hits` (
    `id` BIGINT NOT NULL,
    `day` DATE NOT NULL,

    PRIMARY KEY (`id`, `day`)
) PARTITION BY RANGE (YEAR(day)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);
--- loss
lossy
gone hits: the migration dropped the table; it comes back empty
