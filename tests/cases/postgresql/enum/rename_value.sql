-- A value gets another name: rows and defaults follow.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
CREATE TABLE t (s status DEFAULT 'new');
--- rows
INSERT INTO t VALUES ('new'), ('done');
--- up
ALTER TYPE status RENAME VALUE 'new' TO 'fresh';
--- down
ALTER TYPE "status" RENAME VALUE 'fresh' TO 'new';
--- loss
lossless
