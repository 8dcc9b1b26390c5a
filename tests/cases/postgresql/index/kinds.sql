-- Partial, over expressions, with INCLUDE, operator classes, methods, orders and storage parameters.
--- before
CREATE TABLE t (a int, b text, c jsonb, d tsvector, e timestamptz);
CREATE INDEX i1 ON t (a) WHERE b IS NOT NULL AND a > 10;
CREATE UNIQUE INDEX i2 ON t (lower(b), (a + 1) DESC NULLS LAST);
CREATE INDEX i3 ON t USING gin (c jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX i4 ON t (a) INCLUDE (b);
CREATE UNIQUE INDEX i5 ON t (a) NULLS NOT DISTINCT;
CREATE INDEX i6 ON t USING brin (e);
CREATE INDEX i7 ON t USING hash (b);
CREATE INDEX i8 ON t (b COLLATE "C" text_pattern_ops);
--- up
DROP INDEX i1, i2, i3;
DROP INDEX IF EXISTS i4, i5;
DROP INDEX i6;
DROP INDEX i7;
DROP INDEX i8;
--- down
CREATE INDEX "i1" ON "t" ("a") WHERE b IS NOT NULL AND a > 10;
CREATE UNIQUE INDEX "i2" ON "t" (lower(b), (a + 1) DESC NULLS LAST);
CREATE INDEX "i3" ON "t" USING gin ("c" jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX "i4" ON "t" ("a") INCLUDE ("b");
CREATE UNIQUE INDEX "i5" ON "t" ("a") NULLS NOT DISTINCT;
CREATE INDEX "i6" ON "t" USING brin ("e");
CREATE INDEX "i7" ON "t" USING hash ("b");
CREATE INDEX "i8" ON "t" ("b" COLLATE "C" text_pattern_ops);
--- loss
lossless
may refuse t.i2: unique again: refused while rows hold the same values
may refuse t.i5: unique again: refused while rows hold the same values
