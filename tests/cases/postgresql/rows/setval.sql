-- A sequence goes on from where it was set.
--- before
CREATE TABLE t (id serial PRIMARY KEY);
--- up
SELECT setval(pg_get_serial_sequence('t', 'id'), 40);
SELECT pg_catalog.set_config('search_path', 'public', false);
--- down
--- loss
lossless
approximate setval(): numbers go on from where the migration set them
