-- IF NOT EXISTS and it exists: nothing to undo.
--- before
CREATE TYPE status AS ENUM ('new', 'done');
--- up
ALTER TYPE status ADD VALUE IF NOT EXISTS 'done';
--- down
--- loss
lossless
