-- A sequence of MariaDB is dropped.
--- before
CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2;
--- up
DROP SEQUENCE numbers;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: sequences of MariaDB are not undone yet';
--- loss
manual
by hand up: sequences of MariaDB are not undone yet
