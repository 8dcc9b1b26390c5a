-- A view reads a table where it is: in the schema that it was moved to.
--- before
CREATE SCHEMA work;
CREATE TABLE tasks (id int, done boolean);
CREATE VIEW todo AS SELECT tasks.id FROM tasks WHERE NOT tasks.done;
ALTER TABLE tasks SET SCHEMA work;
--- up
DROP VIEW todo;
--- down
CREATE VIEW "todo" AS
SELECT tasks.id FROM "work".tasks WHERE NOT tasks.done;
--- loss
lossless
