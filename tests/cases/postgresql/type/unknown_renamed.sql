-- A type that is not known any more gets another name: the columns of it have it under that.
--- before
CREATE DOMAIN mail AS text;
CREATE TABLE t (a mail NOT NULL);
ALTER DOMAIN mail ADD CONSTRAINT short CHECK (length(VALUE) < 9);
ALTER DOMAIN mail RENAME TO email;
--- up
ALTER TABLE t ALTER COLUMN a TYPE text;
