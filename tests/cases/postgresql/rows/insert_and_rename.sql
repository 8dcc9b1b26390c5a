-- Inserted under the new names, deleted before they go.
--- before
CREATE TABLE plan (id text PRIMARY KEY, label text);
--- rows
INSERT INTO plan VALUES ('a', 'A');
--- up
ALTER TABLE plan RENAME TO tier;
ALTER TABLE tier RENAME COLUMN id TO code;
INSERT INTO tier (code, label) VALUES ('b', 'B');
--- down
DELETE FROM "tier" WHERE "code" IN ('b');
ALTER TABLE "tier" RENAME TO "plan";
ALTER TABLE "plan" RENAME COLUMN "code" TO "id";
--- loss
lossless
discards plan: the rows that the migration inserted, with what was changed in them since
