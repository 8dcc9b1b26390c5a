-- A child of another table.
--- before
CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
--- rows
INSERT INTO child VALUES (1, 'b', 2);
--- up
DROP TABLE child;
--- down
CREATE TABLE "child" (
    "c" int
) INHERITS (parent);
--- loss
lossy
gone child: the migration dropped the table; it comes back empty
