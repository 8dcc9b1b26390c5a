-- A full text table is dropped.
--- before
CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize = 'porter unicode61');
--- rows
INSERT INTO f VALUES ('a', 'b');
--- up
DROP TABLE f;
--- down
CREATE VIRTUAL TABLE "f" USING fts5(title, body, tokenize = 'porter unicode61');
--- loss
lossy
gone f: the migration dropped the table; it comes back empty
