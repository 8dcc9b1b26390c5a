-- A domain's default and check.
--- before
CREATE DOMAIN score AS int DEFAULT 0;
CREATE TABLE t (s score);
--- rows
INSERT INTO t VALUES (5);
--- up
ALTER DOMAIN score SET DEFAULT 1;
ALTER DOMAIN score ADD CONSTRAINT small CHECK (VALUE < 100);
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: ALTER TYPE .. SET DEFAULT 1 is not inverted'; END $unmigrate$;
--- loss
manual
by hand ALTER DOMAIN score SET DEFAULT 1: ALTER TYPE .. SET DEFAULT 1 is not inverted
by hand ALTER DOMAIN score ADD CONSTRAINT small: score: no file makes this type, or a change of it was not read: what it was is not known
