-- What IGNORE met is not known.
--- before
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
--- rows
INSERT INTO t VALUES (1, 'old');
--- up
INSERT OR IGNORE INTO t (id, a) VALUES (1, 'x'), (2, 'y');
--- down
--- loss
lossy
by hand t: the rows that the migration inserted stay: it may have met rows that were there
