-- Storage and statistics are set back.
--- before
CREATE TABLE t (a text, b int);
--- up
ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL;
ALTER TABLE t ALTER COLUMN b SET STATISTICS 500;
--- down
ALTER TABLE "t" ALTER COLUMN "a" SET STORAGE EXTENDED;
ALTER TABLE "t" ALTER COLUMN "b" SET STATISTICS -1;
--- loss
lossless
