-- An extension goes when nothing needs it.
--- before
CREATE EXTENSION pgcrypto;
--- up
DROP EXTENSION pgcrypto;
--- down
CREATE EXTENSION pgcrypto;
--- loss
lossless
