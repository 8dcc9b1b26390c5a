-- Two functions of one name: only one of them goes.
--- before
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(a text, b int DEFAULT 3) RETURNS text LANGUAGE sql AS 'SELECT a';
--- up
DROP FUNCTION f(text, int);
CREATE FUNCTION f(a uuid) RETURNS uuid LANGUAGE sql AS 'SELECT a';
--- down
CREATE OR REPLACE FUNCTION "f"(a text, b int DEFAULT 3) RETURNS text LANGUAGE sql AS 'SELECT a';
DROP FUNCTION "f"(uuid);
--- loss
lossless
