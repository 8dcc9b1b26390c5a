-- CASCADE takes along the functions that take the type.
--- before
CREATE TYPE role AS ENUM ('a', 'b');
CREATE FUNCTION has(r role) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
--- up
DROP TYPE role CASCADE;
--- down
CREATE TYPE "role" AS ENUM ('a', 'b');
CREATE OR REPLACE FUNCTION "has"(r role) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
--- loss
lossless
