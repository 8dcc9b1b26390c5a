-- A procedure that raises where rows are not as they should be changes nothing.
--- before
CREATE TABLE coins (id INT NOT NULL PRIMARY KEY, code VARCHAR(8) NULL) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO coins VALUES (1, 'x');
--- up
CREATE PROCEDURE _check()
BEGIN
  DECLARE n INT;
  SELECT COUNT(*) INTO n FROM coins WHERE code IS NULL;
  IF n > 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'codes are missing';
  END IF;
END;
CALL _check();
DROP PROCEDURE _check;
ALTER TABLE coins MODIFY code VARCHAR(8) NOT NULL;
--- down
ALTER TABLE `coins` MODIFY COLUMN `code` VARCHAR(8) NULL;
--- loss
lossless
