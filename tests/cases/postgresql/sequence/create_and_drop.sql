-- Sequences by themselves, with what they count by.
--- before
CREATE SEQUENCE s START WITH 100 INCREMENT BY 10 MINVALUE 5 MAXVALUE 1000 CACHE 5 CYCLE;
--- rows
SELECT nextval('s'), nextval('s');
--- up
DROP SEQUENCE s;
CREATE SEQUENCE r AS smallint;
--- down
CREATE SEQUENCE "s" CACHE 5 CYCLE INCREMENT BY 10 MAXVALUE 1000 MINVALUE 5 START WITH 100;
DROP SEQUENCE "r";
--- loss
lossy
gone s: the migration dropped the sequence; it comes back, and counts from its start
