-- An array of JSON comes out of a JSON array by a function that the way back makes for itself.
--- before
CREATE TABLE t (id int PRIMARY KEY, blocks jsonb[] NOT NULL DEFAULT '{}');
--- rows
INSERT INTO t VALUES (1, ARRAY['{"a": 1}', '"s"', '[1, 2]', '3']::jsonb[]), (2, '{}'), (3, ARRAY[NULL, '1']::jsonb[]);
--- up
ALTER TABLE t ALTER COLUMN blocks DROP DEFAULT;
ALTER TABLE t ALTER COLUMN blocks TYPE jsonb USING to_jsonb(blocks);
--- down
CREATE FUNCTION pg_temp.jsonb_elements(jsonb) RETURNS jsonb[] LANGUAGE sql IMMUTABLE STRICT AS $$SELECT ARRAY(SELECT jsonb_array_elements($1))$$;
ALTER TABLE "t" ALTER COLUMN "blocks" SET DATA TYPE jsonb[] USING pg_temp.jsonb_elements("blocks");
DROP FUNCTION pg_temp.jsonb_elements(jsonb);
ALTER TABLE "t" ALTER COLUMN "blocks" SET DEFAULT '{}';
--- loss
lossy
may refuse t.blocks: JSON that is not an array
gone t.blocks: jsonb[] became jsonb: elements that were NULL come back as the null of JSON, dimensions as arrays within
