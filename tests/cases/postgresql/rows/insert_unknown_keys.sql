-- The key is the sequence's: which rows they are is not known.
--- before
CREATE TABLE plan (id serial PRIMARY KEY, name text);
--- rows
INSERT INTO plan (name) VALUES ('free');
--- up
INSERT INTO plan (name) VALUES ('pro');
--- down
--- loss
lossy
by hand plan: the rows that the migration inserted stay: their key is not known
