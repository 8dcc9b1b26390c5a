-- Where a procedure asks what only rows tell, what it would change then is by hand.
--- before
CREATE TABLE coins (id INT NOT NULL PRIMARY KEY, code VARCHAR(8) NOT NULL) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO coins VALUES (1, 'x');
--- up
CREATE PROCEDURE _trim()
BEGIN
  IF (SELECT COUNT(*) FROM coins WHERE CHAR_LENGTH(code) > 4) = 0 THEN
    ALTER TABLE coins MODIFY code VARCHAR(4) NOT NULL;
  END IF;
END;
CALL _trim();
DROP PROCEDURE _trim;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 7: what _trim() does is not known: whether its condition holds only the database can te';
--- loss
manual
by hand CALL _trim(): what _trim() does is not known: whether its condition holds only the database can tell
