-- A schema and what is in it.
--- before
CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
--- rows
INSERT INTO auth.users (name) VALUES ('a');
--- up
DROP TABLE auth.users;
DROP SCHEMA auth;
--- down
CREATE SCHEMA auth;
CREATE TABLE "auth"."users" (
    "id" uuid NOT NULL DEFAULT gen_random_uuid(),
    "name" text,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);
--- loss
lossy
gone auth.users: the migration dropped the table; it comes back empty
