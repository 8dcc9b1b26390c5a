-- An index is made anew unless its definition has a column in it.
--- before
CREATE TABLE subscription (user_id int, endpoint text, "group" int);
CREATE UNIQUE INDEX subscription_key ON subscription (user_id);
CREATE INDEX partial ON subscription (lower(endpoint)) WHERE user_id > 5;
ALTER TABLE subscription ADD CONSTRAINT kind_ok CHECK (ENDPOINT IN ('web', 'phone'));
--- up
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'subscription_key' AND indexdef LIKE '%endpoint%') THEN
    DROP INDEX subscription_key;
    CREATE UNIQUE INDEX subscription_key ON subscription (user_id, endpoint, "group");
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'subscription_key' AND indexdef LIKE '%(user_id, endpoint, "group")%') THEN
    DROP INDEX subscription_key;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'partial' AND indexdef LIKE '%user_id%') THEN
    DROP INDEX partial;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'kind_ok' AND pg_get_constraintdef(oid) LIKE '%endpoint%') THEN
    ALTER TABLE subscription DROP COLUMN endpoint;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'kind_ok' AND pg_get_constraintdef(oid) LIKE '%tablet%') THEN
    ALTER TABLE subscription DROP CONSTRAINT kind_ok;
    ALTER TABLE subscription ADD CONSTRAINT kind_ok CHECK (endpoint IN ('web', 'phone', 'tablet'));
  END IF;
END $$;
--- down
DROP INDEX "subscription_key";
ALTER TABLE "subscription" DROP CONSTRAINT "kind_ok";
ALTER TABLE "subscription" ADD CONSTRAINT "kind_ok" CHECK (ENDPOINT IN ('web', 'phone'));
CREATE UNIQUE INDEX "subscription_key" ON "subscription" ("user_id");
CREATE INDEX "partial" ON "subscription" (lower(endpoint)) WHERE user_id > 5;
--- loss
lossless
may refuse subscription.subscription_key: unique again: refused while rows hold the same values
may refuse subscription.kind_ok: the check returns: refused while a row breaks it
