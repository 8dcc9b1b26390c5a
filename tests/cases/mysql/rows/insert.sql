-- Inserted rows with a known key go again.
--- before
CREATE TABLE t (id INT PRIMARY KEY, a TEXT);
--- rows
INSERT INTO t VALUES (1, 'old');
--- up
INSERT INTO t (id, a) VALUES (10, 'x'), (11, 'it''s');
--- down
DELETE FROM `t` WHERE `id` IN (10, 11);
--- loss
lossless
discards t: the rows that the migration inserted, with what was changed in them since
