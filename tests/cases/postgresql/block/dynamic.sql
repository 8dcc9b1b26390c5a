-- Dynamic SQL whose parts only the database knows can't be read: a person has to finish it, and nothing of the file runs.
--- before
CREATE TABLE t (a int);
--- rows
INSERT INTO t VALUES (1);
--- up
ALTER TABLE t ADD COLUMN b int;
DO $$ BEGIN EXECUTE format('CREATE INDEX %I ON t (a)', current_database()); END $$;
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 2: dynamic SQL: EXECUTE format(''CREATE INDEX %I ON t (a)'', current_database())'; END $unmigrate$;
--- loss
manual
discards t.b: the values in it
by hand DO $$ BEGIN EXECUTE format('CREATE INDEX: dynamic SQL: EXECUTE format('CREATE INDEX %I ON t (a)', current_database())
