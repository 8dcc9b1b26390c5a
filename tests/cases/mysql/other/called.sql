-- A procedure that adds what is missing is followed: what it asks, the history answers.
--- before
CREATE TABLE coins (id INT NOT NULL PRIMARY KEY, old_note TEXT NULL) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO coins VALUES (1, 'x'), (2, NULL);
--- up
DROP PROCEDURE IF EXISTS _add_code;
CREATE PROCEDURE _add_code()
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'coins' AND COLUMN_NAME = 'code'
  ) THEN
    ALTER TABLE coins ADD COLUMN code VARCHAR(8) NOT NULL DEFAULT '';
  END IF;
END;
CALL _add_code();
DROP PROCEDURE _add_code;
--- down
ALTER TABLE `coins` DROP COLUMN `code`;
--- loss
lossless
discards coins.code: the values in it
