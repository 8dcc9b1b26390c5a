-- An index gets another name, and one steps into its place.
--- before
CREATE TABLE t (a int, b int);
CREATE INDEX one ON t (a);
--- up
ALTER INDEX one RENAME TO two;
CREATE INDEX one ON t (b);
--- down
DROP INDEX "one";
ALTER INDEX "two" RENAME TO "one";
--- loss
lossless
