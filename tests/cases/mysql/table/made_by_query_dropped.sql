-- What columns a query made is the server's to say.
--- before
CREATE TABLE t (a INT NOT NULL, b INT);
CREATE TABLE q AS SELECT a FROM t;
--- up
DROP TABLE q;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: q: not all that made this table was read, so what it was is not known';
--- loss
manual
by hand DROP TABLE q: q: not all that made this table was read, so what it was is not known
