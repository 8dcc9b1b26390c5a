-- A domain and its check.
--- before
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE t (a int);
--- up
DROP DOMAIN positive;
CREATE DOMAIN email AS text NOT NULL DEFAULT 'none';
--- down
CREATE DOMAIN "positive" AS int CHECK (VALUE > 0);
DROP DOMAIN "email";
--- loss
lossless
