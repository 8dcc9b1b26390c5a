-- A table moves to another schema, and its sequence and index with it.
--- before
CREATE TABLE t (id serial PRIMARY KEY, a text);
CREATE INDEX t_a ON t (a);
--- rows
INSERT INTO t (a) VALUES ('x');
--- up
CREATE SCHEMA archive;
ALTER TABLE t SET SCHEMA archive;
--- down
ALTER TABLE "archive"."t" SET SCHEMA "public";
DROP SCHEMA "archive";
--- loss
lossless
