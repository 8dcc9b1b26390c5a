-- Rows of a table that goes need no undoing.
--- before
--- up
CREATE TABLE plan (id serial PRIMARY KEY, name text);
INSERT INTO plan (name) VALUES ('free'), ('pro');
UPDATE plan SET name = upper(name);
--- down
DROP TABLE "plan";
--- loss
lossless
discards plan: the table and the rows in it
