-- The rows that were inserted go, but for those that others have come to refer to: nothing may cascade from them.
--- before
CREATE TABLE plan (id int PRIMARY KEY);
CREATE TABLE team (id int PRIMARY KEY, plan_id int REFERENCES plan (id) ON DELETE CASCADE);
--- rows
INSERT INTO plan VALUES (1);
--- up
INSERT INTO plan (id) VALUES (2);
--- down
DELETE FROM "plan" WHERE "id" IN (2)
    AND NOT EXISTS (SELECT 1 FROM "team" WHERE "team"."plan_id" = "plan"."id");
--- loss
lossless
discards plan: the rows that the migration inserted, with what was changed in them since; those that rows of team refer to stay
