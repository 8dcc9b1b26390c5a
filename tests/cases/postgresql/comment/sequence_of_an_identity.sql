-- The sequence of an identity goes with its table, and so does the comment on it.
--- before
--- up
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int);
COMMENT ON SEQUENCE t_id_seq IS 'one';
--- down
DROP TABLE "t";
--- loss
lossless
discards t: the table and the rows in it
