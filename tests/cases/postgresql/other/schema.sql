-- A schema of one's own, renamed.
--- before
CREATE SCHEMA one;
CREATE TABLE one.t (id serial PRIMARY KEY);
CREATE TYPE one.e AS ENUM ('x');
--- rows
INSERT INTO one.t DEFAULT VALUES;
--- up
ALTER SCHEMA one RENAME TO two;
--- down
ALTER SCHEMA "two" RENAME TO "one";
--- loss
lossless
