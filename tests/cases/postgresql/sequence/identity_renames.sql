-- It is renamed back.
--- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n text);
--- up
ALTER SEQUENCE t_id_seq RENAME TO ids;
--- down
ALTER SEQUENCE "ids" RENAME TO "t_id_seq";
--- loss
lossless
