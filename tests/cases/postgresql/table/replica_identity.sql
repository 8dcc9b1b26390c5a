-- Replica identity FULL and back to the default.
--- before
CREATE TABLE t (a int PRIMARY KEY);
--- up
ALTER TABLE t REPLICA IDENTITY FULL;
--- down
ALTER TABLE "t" REPLICA IDENTITY DEFAULT;
--- loss
lossless
