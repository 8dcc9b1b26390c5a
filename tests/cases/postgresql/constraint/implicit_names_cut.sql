-- Names that nobody wrote are cut at 63 bytes, table and column in turn.
--- before
CREATE TABLE a_table_with_a_name_that_is_almost_as_long_as_names_can_get (
  id int PRIMARY KEY,
  a_column_with_a_name_that_is_long_too int
);
--- up
ALTER TABLE a_table_with_a_name_that_is_almost_as_long_as_names_can_get ADD UNIQUE (a_column_with_a_name_that_is_long_too);
ALTER TABLE a_table_with_a_name_that_is_almost_as_long_as_names_can_get ADD CHECK (a_column_with_a_name_that_is_long_too > 0);
ALTER TABLE a_table_with_a_name_that_is_almost_as_long_as_names_can_get
  ADD FOREIGN KEY (a_column_with_a_name_that_is_long_too) REFERENCES a_table_with_a_name_that_is_almost_as_long_as_names_can_get (id);
CREATE INDEX ON a_table_with_a_name_that_is_almost_as_long_as_names_can_get (a_column_with_a_name_that_is_long_too);
--- down
ALTER TABLE "a_table_with_a_name_that_is_almost_as_long_as_names_can_get" DROP CONSTRAINT "a_table_with_a_name_that_is_a_a_column_with_a_name_that_is_fkey";
DROP INDEX "a_table_with_a_name_that_is_a_a_column_with_a_name_that_is__idx";
ALTER TABLE "a_table_with_a_name_that_is_almost_as_long_as_names_can_get" DROP CONSTRAINT "a_table_with_a_name_that_is_a_a_column_with_a_name_that_is__key";
ALTER TABLE "a_table_with_a_name_that_is_almost_as_long_as_names_can_get" DROP CONSTRAINT "a_table_with_a_name_that_is__a_column_with_a_name_that_is_check";
--- loss
lossless
