-- An option that is set again would come last: those behind it go, too, and come back in their order.
--- before
CREATE TABLE t (id int PRIMARY KEY) WITH (fillfactor = 70, autovacuum_enabled = false);
--- up
ALTER TABLE t RESET (fillfactor);
--- down
ALTER TABLE "t" RESET (autovacuum_enabled);
ALTER TABLE "t" SET (fillfactor = 70, autovacuum_enabled = false);
--- loss
lossless
