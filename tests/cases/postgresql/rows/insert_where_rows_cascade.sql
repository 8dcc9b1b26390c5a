-- Rows that others may hang on by a cascade are not deleted.
--- before
CREATE TABLE plan (id int PRIMARY KEY);
CREATE TABLE team (id int PRIMARY KEY, plan_id int REFERENCES plan (id) ON DELETE CASCADE);
--- rows
INSERT INTO plan VALUES (1);
--- up
INSERT INTO plan (id) VALUES (2);
--- down
--- loss
lossy
by hand plan: the rows that the migration inserted stay: deleting them would reach into team
