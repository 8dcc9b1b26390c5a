-- Whether the server prints a word that nobody wrote is not guessed.
--- before
CREATE TABLE t (a text);
CREATE INDEX i ON t (lower(a)) WHERE a <> 'x';
--- up
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'i' AND indexdef LIKE '%text%') THEN
    DROP INDEX i;
  END IF;
END $$;
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: whether its condition holds only the database can tell'; END $unmigrate$;
--- loss
manual
by hand DO $$ BEGIN IF EXISTS (SELECT: whether its condition holds only the database can tell
