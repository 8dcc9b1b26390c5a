-- A view of which a change was not read is not known from then on: what replaces it does not make it.
--- before
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT z.* FROM (SELECT a FROM t) z;
--- up
ALTER VIEW v RENAME COLUMN a TO b;
CREATE OR REPLACE VIEW v AS SELECT a AS b, 1 AS one FROM t;
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: v.a: which column of the query it is can''t be told'; END $unmigrate$;
--- loss
manual
by hand ALTER VIEW v RENAME COLUMN a: v.a: which column of the query it is can't be told
by hand CREATE OR REPLACE VIEW v AS: v: a change of this view was not read, so what it was is not known
