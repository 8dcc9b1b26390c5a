-- Rows of literals with a known key are taken out again.
--- before
CREATE TABLE plan (id int PRIMARY KEY, name text);
--- rows
INSERT INTO plan VALUES (1, 'free');
--- up
INSERT INTO plan (id, name) VALUES (2, 'pro'), (3, 'it''s');
--- down
DELETE FROM "plan" WHERE "id" IN (2, 3);
--- loss
lossless
discards plan: the rows that the migration inserted, with what was changed in them since
