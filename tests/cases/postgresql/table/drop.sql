-- A dropped table returns with all it had, and empty.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (
  id bigserial PRIMARY KEY,
  parent_id int NOT NULL REFERENCES parent ON DELETE CASCADE,
  name varchar(40) UNIQUE,
  qty int DEFAULT 1 CHECK (qty >= 0),
  created timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX t_name ON t (name text_pattern_ops) WHERE qty > 0;
COMMENT ON TABLE t IS 'it''s a table';
COMMENT ON COLUMN t.qty IS 'how many';
--- rows
INSERT INTO parent VALUES (1);
INSERT INTO t (parent_id, name) VALUES (1, 'a');
--- up
DROP TABLE t;
--- down
CREATE TABLE "t" (
    "id" BIGSERIAL NOT NULL,
    "parent_id" int NOT NULL,
    "name" varchar(40),
    "qty" int DEFAULT 1,
    "created" timestamptz(3) NOT NULL DEFAULT now(),

    CONSTRAINT "t_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "t_name_key" UNIQUE ("name"),
    CONSTRAINT "t_qty_check" CHECK (qty >= 0)
);
CREATE INDEX "t_name" ON "t" ("name" text_pattern_ops) WHERE qty > 0;
ALTER TABLE "t" ADD CONSTRAINT "t_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "parent"("id") ON DELETE CASCADE;
COMMENT ON COLUMN "t"."qty" IS 'how many';
COMMENT ON TABLE "t" IS 'it''s a table';
--- loss
lossy
gone t: the migration dropped the table; it comes back empty
