-- Rows that others refer to stay: nothing refers to nothing.
--- before
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INT REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 1);
--- up
INSERT INTO p VALUES (5);
INSERT INTO c VALUES (50, 5);
--- down
DELETE FROM "c" WHERE "id" IN (50);
DELETE FROM "p" WHERE "id" IN (5)
    AND NOT EXISTS (SELECT 1 FROM "c" WHERE "c"."p_id" = "p"."id");
--- loss
lossless
discards p: the rows that the migration inserted, with what was changed in them since; those that rows of c refer to stay
discards c: the rows that the migration inserted, with what was changed in them since
