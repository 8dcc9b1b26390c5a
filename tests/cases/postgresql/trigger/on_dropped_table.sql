-- A trigger goes with its table and returns with it.
--- before
CREATE TABLE t (id int PRIMARY KEY);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER g AFTER DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION f();
--- rows
INSERT INTO t VALUES (1);
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "id" int NOT NULL,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
CREATE TRIGGER "g" AFTER DELETE ON "t" FOR EACH STATEMENT EXECUTE FUNCTION f();
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
