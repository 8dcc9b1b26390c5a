-- A type and the column that has it.
--- before
CREATE TABLE t (a int);
--- rows
INSERT INTO t VALUES (1);
--- up
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
ALTER TABLE t ADD COLUMN role "Role" NOT NULL DEFAULT 'USER';
--- down
ALTER TABLE "t" DROP COLUMN "role";
DROP TYPE "Role";
--- loss
lossless
discards t.role: the values in it
