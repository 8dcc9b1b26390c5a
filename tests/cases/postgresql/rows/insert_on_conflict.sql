-- ON CONFLICT may have met rows that were there: taken out by nobody.
--- before
CREATE TABLE plan (id int PRIMARY KEY, name text);
--- rows
INSERT INTO plan VALUES (1, 'free');
--- up
INSERT INTO plan (id, name) VALUES (1, 'x'), (2, 'pro') ON CONFLICT DO NOTHING;
--- down
--- loss
lossy
by hand plan: the rows that the migration inserted stay: it may have met rows that were there
