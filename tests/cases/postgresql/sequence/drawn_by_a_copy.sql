-- A table made LIKE another draws from its sequence, and loses its default with it.
--- before
CREATE TABLE a (id serial PRIMARY KEY, n int DEFAULT 3);
CREATE TABLE b (LIKE a INCLUDING ALL);
--- up
DROP TABLE a CASCADE;
