-- So is one over rows that stand in it, and what is asked in it is asked in each round.
--- before
CREATE TABLE a (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'x', CONSTRAINT a_kind CHECK (kind IN ('x')));
CREATE TABLE b (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'x');
CREATE TABLE p (id int) PARTITION BY HASH (id);
--- up
DO $$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT * FROM (VALUES ('a', 'a_kind'), ('b', 'b_kind')) AS v(tbl, chk) LOOP
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE conname = r.chk) THEN
      EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', r.tbl, r.chk);
    END IF;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (kind IN (''x'', ''y''))', r.tbl, r.chk);
    EXECUTE 'ALTER TABLE ' || quote_ident(r.tbl) || ' ALTER COLUMN kind SET DEFAULT ' || quote_literal('y');
  END LOOP;
  FOR i IN 0..1 LOOP
    EXECUTE format('CREATE TABLE p_%s PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER %s)', i, i);
  END LOOP;
END $$;
--- down
DROP TABLE "p_0";
DROP TABLE "p_1";
ALTER TABLE "a" DROP CONSTRAINT "a_kind";
ALTER TABLE "b" DROP CONSTRAINT "b_kind";
ALTER TABLE "a" ALTER COLUMN "kind" SET DEFAULT 'x';
ALTER TABLE "b" ALTER COLUMN "kind" SET DEFAULT 'x';
ALTER TABLE "a" ADD CONSTRAINT "a_kind" CHECK (kind IN ('x'));
--- loss
lossless
may refuse a.a_kind: the check returns: refused while a row breaks it
discards p_0: the table and the rows in it
discards p_1: the table and the rows in it
