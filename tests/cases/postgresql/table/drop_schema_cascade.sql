-- CASCADE on a schema takes all that is in it.
--- before
CREATE SCHEMA app;
CREATE TYPE app.e AS ENUM ('x');
CREATE TABLE app.t (id serial PRIMARY KEY, e app.e);
CREATE VIEW app.v AS SELECT id FROM app.t;
--- rows
INSERT INTO app.t (e) VALUES ('x');
--- up
DROP SCHEMA app CASCADE;
--- down
CREATE SCHEMA app;
CREATE TYPE "app"."e" AS ENUM ('x');
CREATE TABLE "app"."t" (
    "id" SERIAL NOT NULL,
    "e" app.e,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
CREATE VIEW "app"."v" AS
SELECT id FROM app.t;
--- loss
lossy
gone app.t: the migration dropped the table; it comes back empty
