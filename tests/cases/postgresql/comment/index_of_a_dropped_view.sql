-- The comment on a materialized view's index comes back with it.
--- before
CREATE TABLE t (id int PRIMARY KEY, b int);
CREATE MATERIALIZED VIEW mv AS SELECT b FROM t;
CREATE INDEX mi ON mv (b);
COMMENT ON INDEX mi IS 'mi';
--- rows
INSERT INTO t VALUES (1, 2);
--- up
DROP TABLE t CASCADE;
--- down
CREATE TABLE "t" (
    "id" int NOT NULL,
    "b" int,

    CONSTRAINT "t_pkey" PRIMARY KEY ("id")
);
CREATE MATERIALIZED VIEW "mv" AS
SELECT b FROM t;
CREATE INDEX "mi" ON "mv" ("b");
COMMENT ON INDEX "mi" IS 'mi';
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
