-- A type gets another name.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (s status DEFAULT 'new');
--- rows
INSERT INTO t VALUES ('done');
--- up
ALTER TYPE status RENAME TO state;
--- down
ALTER TYPE "state" RENAME TO "status";
--- loss
lossless
