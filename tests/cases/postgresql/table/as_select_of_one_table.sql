-- A table that was made of another's columns comes back with their types, whatever the other is by then.
--- before
CREATE TABLE events (id serial PRIMARY KEY, kind varchar(10) NOT NULL);
CREATE TABLE backup AS SELECT * FROM events;
CREATE TABLE kinds AS SELECT kind AS name FROM events WHERE id > 5;
DROP TABLE events;
CREATE TABLE events (id bigint);
--- rows
INSERT INTO backup VALUES (1, 'a');
INSERT INTO kinds VALUES ('b');
--- up
DROP TABLE backup, kinds;
--- down
CREATE TABLE "backup" (
    "id" integer,
    "kind" varchar(10)
);
CREATE TABLE "kinds" (
    "name" varchar(10)
);
--- loss
lossy
gone backup: the migration dropped the table; it comes back empty
gone kinds: the migration dropped the table; it comes back empty
