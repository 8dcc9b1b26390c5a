-- A schema comes back before the table goes back into it.
--- before
CREATE SCHEMA app;
CREATE TABLE app.t (a int);
--- up
ALTER TABLE app.t SET SCHEMA public;
DROP SCHEMA app;
--- down
CREATE SCHEMA app;
ALTER TABLE "t" SET SCHEMA "app";
--- loss
lossless
