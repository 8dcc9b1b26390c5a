-- A partition is added, and goes again.
--- before
CREATE TABLE hits (id BIGINT NOT NULL, day DATE NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN (2022));
--- rows
INSERT INTO hits VALUES (1, '2019-01-01'), (2, '2021-01-01');
--- up
ALTER TABLE hits ADD PARTITION (PARTITION p2 VALUES LESS THAN (2024));
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: partitions that are added or dropped are not undone';
--- loss
manual
by hand ALTER TABLE hits ADD PARTITION (PARTITION: partitions that are added or dropped are not undone
