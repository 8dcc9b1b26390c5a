-- Where the file sets another search_path, a name without a schema is not known to be what it was.
--- before
CREATE SCHEMA app;
--- up
SET search_path TO app;
CREATE TABLE t (a int);
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 2: search_path is set to app, so what its names mean is not known: write the schema in front of them'; END $unmigrate$;
--- loss
manual
by hand CREATE TABLE t (a int): search_path is set to app, so what its names mean is not known: write the schema in front of them
