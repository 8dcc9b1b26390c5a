-- A procedure that puts its statement together out of its arguments, called for what is missing and for what is there.
--- before
CREATE TABLE coins (id INT NOT NULL PRIMARY KEY, code VARCHAR(8) NOT NULL) DEFAULT CHARSET=utf8mb4;
CREATE TABLE notes (id INT NOT NULL PRIMARY KEY, body TEXT NULL) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO coins VALUES (1, 'x');
--- up
CREATE PROCEDURE _add_col(IN tbl VARCHAR(64), IN col VARCHAR(64), IN def TEXT)
BEGIN
  DECLARE n INT DEFAULT 0;
  SELECT COUNT(*) INTO n FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = tbl AND COLUMN_NAME = col;
  IF n = 0 THEN
    SET @ddl = CONCAT('ALTER TABLE `', tbl, '` ADD `', col, '` ', def);
    PREPARE s FROM @ddl;
    EXECUTE s;
    DEALLOCATE PREPARE s;
  END IF;
END;
CALL _add_col('coins', 'symbol', 'varchar(4)');
CALL _add_col('coins', 'code', 'varchar(4)');
CALL _add_col('notes', 'pinned', 'boolean NOT NULL DEFAULT false');
DROP PROCEDURE _add_col;
--- down
ALTER TABLE `coins` DROP COLUMN `symbol`;
ALTER TABLE `notes` DROP COLUMN `pinned`;
--- loss
lossless
discards coins.symbol: the values in it
discards notes.pinned: the values in it
