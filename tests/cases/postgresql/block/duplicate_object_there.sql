-- The guarded constraint was there already: it stays.
--- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a_id int CONSTRAINT b_a REFERENCES a);
--- up
DO $$ BEGIN
  ALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
--- down
--- loss
lossless
