-- A schema that goes with CASCADE takes along what calls its functions, wherever that is.
--- before
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE TABLE t (a int);
CREATE POLICY own ON t USING (a = auth.uid());
--- up
DROP SCHEMA auth CASCADE;
--- down
CREATE SCHEMA auth;
CREATE OR REPLACE FUNCTION "auth"."uid"() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE POLICY "own" ON "t" USING (a = auth.uid());
--- loss
lossless
