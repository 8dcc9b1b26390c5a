-- MariaDB's system versioning is no column.
--- before
CREATE TABLE t (a INT PRIMARY KEY);
--- up
ALTER TABLE t ADD SYSTEM VERSIONING;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: the versions of rows that a table keeps are not undone';
--- loss
manual
by hand ALTER TABLE t ADD SYSTEM VERSIONING: the versions of rows that a table keeps are not undone
