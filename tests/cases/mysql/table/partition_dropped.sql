-- A partition is dropped with its rows.
--- before
CREATE TABLE hits (id BIGINT NOT NULL, day DATE NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (YEAR(day)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN (2022));
--- rows
INSERT INTO hits VALUES (1, '2019-01-01'), (2, '2021-01-01');
--- up
ALTER TABLE hits DROP PARTITION p0;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: partitions that are added or dropped are not undone';
--- loss
manual
by hand ALTER TABLE hits DROP PARTITION p0: partitions that are added or dropped are not undone
