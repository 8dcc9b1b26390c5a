-- A generated column is computed from the value.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (s status, is_new boolean GENERATED ALWAYS AS (s = 'new') STORED);
--- rows
INSERT INTO t VALUES ('new'), ('done');
--- up
ALTER TYPE status ADD VALUE 'waiting';
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: t: a generated column rests on s, whose type must be made anew'; END $unmigrate$;
--- loss
manual
may refuse status: 'waiting' goes again: refused while a row holds it
by hand up: t: a generated column rests on s, whose type must be made anew
