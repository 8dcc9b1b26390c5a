-- A procedure with arguments in and out.
--- before
CREATE PROCEDURE p(IN a int, INOUT b int) LANGUAGE plpgsql AS $body$ BEGIN b := a; END; $body$;
--- up
DROP PROCEDURE p(int, int);
--- down
CREATE OR REPLACE PROCEDURE "p"(IN a int, INOUT b int) LANGUAGE plpgsql AS $body$ BEGIN b := a; END; $body$;
--- loss
lossless
