-- A type of several fields.
--- before
CREATE TYPE point2 AS (x int, y int);
--- up
DROP TYPE point2;
CREATE TYPE pair AS (a text, b numeric(10,2));
--- down
CREATE TYPE "point2" AS (x int, y int);
DROP TYPE "pair";
--- loss
lossless
