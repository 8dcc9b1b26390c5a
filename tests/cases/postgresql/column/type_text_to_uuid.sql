-- Upper case and braces of a uuid do not come back.
--- before
CREATE TABLE t (id text PRIMARY KEY);
--- rows
INSERT INTO t VALUES ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11');
--- up
ALTER TABLE t ALTER COLUMN id TYPE uuid USING id::uuid;
--- down
ALTER TABLE "t" ALTER COLUMN "id" SET DATA TYPE text;
--- loss
lossy
gone t.id: text became uuid: text not written just as uuid prints it comes back otherwise
