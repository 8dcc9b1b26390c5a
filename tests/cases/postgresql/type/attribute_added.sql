-- A composite type gets a field.
--- before
CREATE TYPE pair AS (a int, b int);
--- up
ALTER TYPE pair ADD ATTRIBUTE c text;
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: ALTER TYPE .. ADD ATTRIBUTE c text is not inverted'; END $unmigrate$;
--- loss
manual
by hand ALTER TYPE pair ADD ATTRIBUTE c: ALTER TYPE .. ADD ATTRIBUTE c text is not inverted
