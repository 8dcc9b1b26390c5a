-- Comments, settings and statistics leave nothing to undo.
--- before
CREATE TABLE t (a int);
--- up
-- This migration does nothing.
SET lock_timeout = '5s';
SELECT 1;
ANALYZE t;
RESET lock_timeout;
--- down
--- loss
lossless
