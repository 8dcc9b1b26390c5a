-- Functions of the server only compute.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, made DATE NOT NULL, tags JSON NOT NULL) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO t VALUES (1, '2024-02-29', '["a", "b"]');
--- up
ALTER TABLE t ADD COLUMN y INT NULL, ADD COLUMN n INT NULL;
UPDATE t SET y = YEAR(made), n = JSON_LENGTH(tags);
--- down
ALTER TABLE `t`
    DROP COLUMN `y`,
    DROP COLUMN `n`;
--- loss
lossless
discards t.n: the values in it
discards t.y: the values in it
