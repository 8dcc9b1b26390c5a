-- A view that has to be made anew gets back what was said of it: comments, privileges and rules.
--- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON VIEW v IS 'one';
COMMENT ON COLUMN v.a IS 'its a';
GRANT SELECT ON v TO PUBLIC;
CREATE RULE v_ins AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (NEW.a);
--- up
CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;
--- down
DROP VIEW "v";
CREATE VIEW "v" AS
SELECT a FROM t;
CREATE RULE v_ins AS ON INSERT TO v DO INSTEAD INSERT INTO t (a) VALUES (NEW.a);
GRANT SELECT ON TABLE "v" TO PUBLIC;
COMMENT ON COLUMN "v"."a" IS 'its a';
COMMENT ON VIEW "v" IS 'one';
--- loss
lossless
